export { startCollector, startConfigured } from './collector.ts';
export type { Collector, CollectorAddresses, CollectorParts } from './collector.ts';
export { resolveConfig } from './config/collector-config.ts';
export type { CollectorConfig, CollectorOptions, ConfigSource } from './config/collector-config.ts';
export { ConfigError } from './config/config-error.ts';
export type { ConfigProblem } from './config/config-error.ts';
export { settings } from './config/settings.ts';
export type { Setting, SettingText, SettingValues } from './config/settings.ts';
export { CollectorStartError } from './ports/bind.ts';
