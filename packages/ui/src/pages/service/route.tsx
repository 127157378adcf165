import { createLazyRoute } from '@tanstack/react-router';
import { ServicePage } from './service-page.tsx';

export const route = createLazyRoute('/services/$service')({ component: ServicePage });
