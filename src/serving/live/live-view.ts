/** What the live page is fed from: keeps the records, and makes one report a second of them, however many watch. */
import type { LiveState, Notice } from '../../domain/live-report.ts';
import type { FeasiblePlan } from '../../domain/plan.ts';
import type { FinishedRequest } from '../finished-request.ts';
import type { InferenceService } from '../inference-service.ts';
import type { CrewRecord } from './crew-record.ts';
import { makeLiveReport } from './make-live-report.ts';
import { RequestRecord } from './request-record.ts';

const KEPT_NOTICES = 50;

export interface InForce {
  readonly plan: FeasiblePlan;
  readonly service: InferenceService;
  readonly record: CrewRecord;
}

export class LiveView {
  readonly requests = new RequestRecord();
  private readonly version: string;
  private readonly inForce: () => InForce;
  private readonly sinceMs = performance.now();
  private readonly startedAt = new Date().toISOString();
  private readonly notices: Notice[] = [];
  private made: { readonly second: number; readonly json: Buffer } | undefined;

  constructor(version: string, inForce: () => InForce) {
    this.version = version;
    this.inForce = inForce;
  }

  /** Something has happened that people should know of. */
  note(text: string): void {
    this.notices.unshift({ at: new Date().toISOString(), text });
    this.notices.splice(KEPT_NOTICES);
  }

  readonly finished = ({ model, outcome, rows, durationMs, call }: FinishedRequest): void => {
    const { plan, record } = this.inForce();
    const nowMs = call.arrivedMs + durationMs;
    const module = plan.modules.findIndex(({ name }) => name === model);
    if (model === plan.application) this.requests.ended(outcome, rows, durationMs, nowMs);
    else if (module >= 0) record.calledDirectly(module, rows, nowMs);
  };

  /** The report as JSON. */
  json(): Buffer {
    const nowMs = performance.now();
    const second = Math.floor(nowMs / 1000);
    if (this.made?.second !== second) {
      const { plan, service, record } = this.inForce();
      const told = {
        version: this.version,
        startedAt: this.startedAt,
        at: new Date().toISOString(),
        state: stateOf(service, record),
        notices: this.notices,
      };
      const report = makeLiveReport(
        told,
        { plan, requests: this.requests, crew: record },
        this.sinceMs,
        nowMs,
      );
      this.made = { second, json: Buffer.from(JSON.stringify(report)) };
    }
    return this.made.json;
  }
}

function stateOf(service: InferenceService, { states }: CrewRecord): LiveState {
  if (service.draining) return 'leaving';
  if (states.some(({ state }) => state === 'lost')) return 'degraded';
  return service.ready ? 'ready' : 'starting';
}
