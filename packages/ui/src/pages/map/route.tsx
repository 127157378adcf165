import { createLazyRoute } from '@tanstack/react-router';
import { MapPage } from './map-page.tsx';

export const route = createLazyRoute('/map')({ component: MapPage });
