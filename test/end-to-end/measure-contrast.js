/** Runs in a page: how well its text can be read, as WCAG 2 measures it; the first colour behind a text is its ground. */
(() => {
  const luminance = (/** @type {string} */ colour) => {
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  /** @type {(element: Element | null) => string} */
  const behind = (element) => {
    if (element === null) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    return backgroundColor === 'rgba(0, 0, 0, 0)' ? behind(element.parentElement) : backgroundColor;
  };
  const hasText = (/** @type {Element} */ element) =>
    [...element.childNodes].some(({ nodeType, textContent }) => nodeType === 3 && textContent?.trim());
  const contrasts = [...document.querySelectorAll('body *')]
    .filter((element) => element.checkVisibility() && hasText(element))
    .map((element) => {
      const { fill, color } = getComputedStyle(element);
      const text = luminance(element instanceof SVGElement ? fill : color);
      const ground = luminance(behind(element));
      return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    });
  return { ground: luminance(behind(document.body)), weakest: Math.min(...contrasts) };
})();
