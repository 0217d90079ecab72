/** A report of any of harp's documents: which sections they make, in which order. Pure. */
import type { ApplicationComparison } from '../../domain/comparison.ts';
import type { HardwareTable } from '../../domain/hardware.ts';
import type { Profile } from '../../domain/profile.ts';
import type { Reportable, ReportDocument } from '../../domain/report-document.ts';
import type { ReportedSection } from '../../domain/written-report.ts';
import { sweepOf } from '../../planning/compare-plans.ts';
import { drawPage, type PageSection, type PageStyle } from './draw-page.ts';
import { chartCount, type Section } from './section.ts';
import { benchmarkSection } from './sections/benchmark-section.ts';
import { comparisonSection } from './sections/comparison-section.ts';
import { costOverSloSection } from './sections/cost-over-slo-section.ts';
import { liveSection } from './sections/live-section.ts';
import { loadSection } from './sections/load-section.ts';
import { planSection } from './sections/plan-section.ts';
import { profileSection } from './sections/profile-section.ts';
import { rulesSection } from './sections/rules-section.ts';
import { scalingSection } from './sections/scaling-section.ts';
import { sideBySide } from './sections/side-by-side.ts';
import { simulationSection } from './sections/simulation-section.ts';
import { statisticsSection } from './sections/statistics-section.ts';

export interface Report {
  readonly html: string;
  readonly sections: readonly ReportedSection[];
}

/**
 * @param documents at least one
 * @param pricesOf of the machines of a profile; costs on those without one are left out
 */
export function makeReport(
  documents: readonly ReportDocument[],
  pricesOf: (profile: Profile) => HardwareTable,
  style: PageStyle,
): Report {
  const made = [
    ...sideBySide(documents),
    ...sweeps(documents),
    ...documents.map(({ file, document }) => ({ section: sectionOf(document, pricesOf), files: [file] })),
  ];
  const sections = made.map(
    ({ section, files }, index): PageSection => ({ ...section, files, id: `s${index + 1}` }),
  );
  const names = [...new Set(sections.map(({ title }) => title))];
  return {
    html: drawPage(`harp: ${names.join(', ')}`, sections, style),
    sections: sections.map((section) => {
      const { id, kind, title, files } = section;
      return { id, kind, title, files: [...files], charts: chartCount(section) };
    }),
  };
}

function sectionOf(document: Reportable, pricesOf: (profile: Profile) => HardwareTable): Section {
  switch (document.kind) {
    case 'profile':
      return profileSection(document, pricesOf(document));
    case 'plan':
      return planSection(document);
    case 'application-comparison':
      return comparisonSection(document);
    case 'cost-over-slo':
      return costOverSloSection(document);
    case 'benchmark-comparison':
      return benchmarkSection(document);
    case 'simulation':
      return simulationSection(document);
    case 'simulation-comparison':
      return rulesSection(document);
    case 'scaling-experiment':
      return scalingSection(document);
    case 'load':
      return loadSection(document);
    case 'live':
      return liveSection(document);
    case 'statistics':
      return statisticsSection(document);
  }
}

/** Comparisons that differ in nothing but the SLO make a sweep. */
function sweeps(documents: readonly ReportDocument[]): { section: Section; files: string[] }[] {
  const compared = documents.flatMap(({ file, document }) =>
    document.kind === 'application-comparison' ? [{ file, document }] : [],
  );
  const askedOf = ({ application, rateRps, billing }: ApplicationComparison): string =>
    JSON.stringify([application, rateRps, billing]);
  return [...new Set(compared.map(({ document }) => askedOf(document)))]
    .map((asked) => compared.filter(({ document }) => askedOf(document) === asked))
    .filter((those) => new Set(those.map(({ document }) => document.sloMs)).size > 1)
    .map((those) => ({
      section: costOverSloSection(sweepOf(those.map(({ document }) => document))),
      files: those.map(({ file }) => file),
    }));
}
