/** What the paper reports of its own benchmark, in its abstract: figures to stand beside ours. */
export const PUBLISHED = {
  source: 'Zhao et al., "Harpagon", arXiv 2412.06161, abstract',
  /** Costs of the systems it compares with over Harpagon's: the least and the most. */
  baselinesToHarpagon: { least: 1.49, most: 2.37 },
  /** The share of workloads on which Harpagon equals its brute force. */
  harpagonEqualToOptimal: 0.915,
} as const;
