import { awsAccess, awsSemantics, awsTechniques } from '@keyreach/aws/offline';
import { azureAccess, azureSemantics, azureTechniques } from '@keyreach/azure/offline';
import { type AnalysisEngine, analysisEngine } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { type Graph, GraphIndex } from '@keyreach/core/graph';
import { type AccessCatalogue, type DeriveProgress, deriveReach } from '@keyreach/core/reach';
import { gcpAccess, gcpSemantics, gcpTechniques } from '@keyreach/gcp/offline';

/** What access to resources means, by provider. */
export const accessCatalogues: readonly AccessCatalogue[] = [awsAccess, gcpAccess, azureAccess];

/** A graph with the languages of every provider we have an adapter for, ready for decisions. */
export function decisionModel(graph: Graph): AuthorizationModel {
  return new AuthorizationModel(new GraphIndex(graph), [awsSemantics, gcpSemantics, azureSemantics]);
}

/** A model with its derived reach, ready for analysis. `now` in milliseconds since the epoch. */
export function reachEngine(
  model: AuthorizationModel,
  now: number,
  onProgress: (progress: DeriveProgress) => void = () => undefined,
): AnalysisEngine {
  return analysisEngine(
    deriveReach(model, [awsTechniques, gcpTechniques, azureTechniques], { now, access: accessCatalogues, onProgress }),
  );
}
