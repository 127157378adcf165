import { SpanKind } from '@spanwise/wire/span-record';
import { describe, expect, it } from 'vitest';
import { placeLabels } from './label-places.ts';
import { columnGap, layoutMap, rowGap } from './map-layout.ts';
import { fitView, nodeThatWay, readableScale, readableView, revealed, zoomAbout } from './map-view.ts';
import { nodeKey } from './node-key.ts';
import { findNode, neighbourhood, serviceMap } from './service-map.ts';
import type { ServiceMap } from './service-map.ts';
import { answerOf, edgeOf, lineOf } from './testing/sums-of.ts';

function mapOf(...calls: (readonly [string, string])[]): ServiceMap {
  return serviceMap({ statistics: [] }, { edges: calls.map(([caller, callee]) => edgeOf(caller, callee)) }, 60);
}

describe('the map', () => {
  it('has every service, and databases and brokers by what their callers met', () => {
    const { statistics } = answerOf(0, 1, [
      lineOf('shop', [60]),
      lineOf('shop', [600], { kind: SpanKind.client }),
      lineOf('alone', [6], { kind: SpanKind.internal }),
      lineOf('', [1]),
    ]);
    const edges = [
      edgeOf('shop', 'shop', 9),
      edgeOf('shop', 'shop', 30, 'database'),
      edgeOf('shop', 'kafka', 12, 'broker'),
      edgeOf('kafka', 'mailer', 12),
    ];
    const map = serviceMap({ statistics }, { edges }, 60);
    expect(map.nodes.map(({ key, kind, rate }) => [key, kind, rate])).toEqual([
      ['alone', 'service', 0.1],
      ['broker:kafka', 'broker', 0.2],
      ['database:shop', 'database', 0.5],
      ['mailer', 'service', 0.2],
      ['shop', 'service', 1],
    ]);
    const names = map.edges.map(({ from, to }) => `${map.nodes[from]!.key} > ${map.nodes[to]!.key}`);
    expect(names).toEqual(['broker:kafka > mailer', 'shop > broker:kafka', 'shop > database:shop']);
  });

  it('tells kinds apart in keys, whatever services are called', () => {
    expect(nodeKey('orders', 'service')).toBe('orders');
    expect(nodeKey('orders', 'database')).toBe('database:orders');
    expect(nodeKey('database:orders', 'service')).toBe('service:database:orders');
  });

  it('shows the neighbourhood of a node, and only its own calls', () => {
    const map = mapOf(['a', 'b'], ['b', 'c'], ['a', 'c'], ['c', 'd']);
    const near = neighbourhood(map, 'b');
    expect(near?.nodes.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(near?.edges.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(neighbourhood(map, 'x')).toBeUndefined();
  });

  it('finds the node that a text means', () => {
    const map = mapOf(['gateway', 'orders'], ['orders', 'reorders'], ['orders', 'ware']);
    expect(findNode(map, 'orders')?.key).toBe('orders');
    expect(findNode(map, 'ORDERS ')?.key).toBe('orders');
    expect(findNode(map, 'reo')?.key).toBe('reorders');
    expect(findNode(map, 'ways')).toBeUndefined();
    expect(findNode(map, 'way')?.key).toBe('gateway');
    expect(findNode(map, ' ')).toBeUndefined();
  });
});

describe('the layout of the map', () => {
  const xOf = (map: ServiceMap, aspect = 2): Record<string, number> => {
    const { x } = layoutMap(map, aspect);
    return Object.fromEntries(map.nodes.map(({ key }, node) => [key, x[node]!]));
  };

  it('has callers left of what they call, and a caller that nobody calls near what it calls', () => {
    const x = xOf(mapOf(['web', 'gateway'], ['gateway', 'orders'], ['orders', 'stock'], ['cron', 'stock']));
    expect(x['web']! < x['gateway']! && x['gateway']! < x['orders']! && x['orders']! < x['stock']!).toBe(true);
    expect(x['cron']).toBe(x['orders']);
  });

  it('sends the fewest calls of a circle back', () => {
    const x = xOf(mapOf(['a', 'b'], ['a', 'c'], ['b', 'd'], ['c', 'd'], ['d', 'e'], ['e', 'a']));
    expect(x['a']! < x['b']! && x['b']! < x['d']! && x['d']! < x['e']!).toBe(true);
    const pair = xOf(mapOf(['a', 'b'], ['b', 'a']));
    expect(pair['a']).not.toBe(pair['b']);
  });

  it('puts nodes near whom they call, so that lines do not cross', () => {
    const map = mapOf(['g', 'a'], ['g', 'b'], ['g', 'c'], ['a', 'z'], ['b', 'y'], ['c', 'x']);
    const { y } = layoutMap(map, 2);
    const at = (key: string): number => y[map.nodes.findIndex((node) => node.key === key)]!;
    expect([at('a') < at('b'), at('b') < at('c')]).toEqual([at('z') < at('y'), at('y') < at('x')]);
  });

  it('makes several columns of a layer that is too high, and none on another', () => {
    const map = mapOf(...Array.from({ length: 120 }, (_, at): [string, string] => ['hub', `leaf-${at}`]));
    const wide = layoutMap(map, 2);
    expect(wide.width / wide.height).toBeGreaterThan(1);
    expect(wide.width / wide.height).toBeLessThanOrEqual(2);
    expect(layoutMap(map, 0.5).height).toBeGreaterThan(layoutMap(map, 2).height);
    const places = Array.from(wide.x, (x, node) => `${x} ${wide.y[node]}`);
    expect(new Set(places).size).toBe(121);
    for (const [node, x] of wide.x.entries()) {
      for (let other = 0; other < node; other++)
        expect(
          Math.abs(x - wide.x[other]!) < columnGap && Math.abs(wide.y[node]! - wide.y[other]!) < rowGap * 0.99,
        ).toBe(false);
    }
  });

  it('lays out nothing, one node, and nodes without calls', () => {
    expect(layoutMap({ nodes: [], edges: [] }, 2)).toMatchObject({ height: rowGap });
    const { nodes } = mapOf(['a', 'b']);
    const apart = layoutMap({ nodes, edges: [] }, 2);
    expect(apart.x[0] === apart.x[1] && apart.y[0] === apart.y[1]).toBe(false);
  });
});

describe('the view of the map', () => {
  const map = mapOf(...Array.from({ length: 60 }, (_, at): [string, string] => ['hub', `leaf-${at}`]));
  const layout = layoutMap(map, 2);
  const window = { width: 400, height: 300 };

  it('fits the window at first', () => {
    const view = fitView(layout, window);
    for (const node of map.nodes.keys()) {
      const [x, y] = [view.left + layout.x[node]! * view.scale, view.top + layout.y[node]! * view.scale];
      expect(x > 0 && x < window.width && y > 0 && y < window.height).toBe(true);
    }
  });

  it('has a node in the middle at a size that can be read', () => {
    const view = readableView(layout, window, 7);
    expect(view.scale).toBe(readableScale);
    expect(view.left + layout.x[7]! * view.scale).toBeCloseTo(200);
    const small = mapOf(['a', 'b']);
    expect(readableView(layoutMap(small, 2), { width: 900, height: 700 }, 0).scale).toBeGreaterThan(readableScale);
  });

  it('zooms about a point, within bounds', () => {
    const view = { left: 10, top: 20, scale: 1 };
    const nearer = zoomAbout(view, 2, 110, 120);
    expect(nearer).toEqual({ left: -90, top: -80, scale: 2 });
    expect(zoomAbout(nearer, 0.5, 110, 120)).toEqual(view);
    expect(zoomAbout(view, 1e9, 0, 0).scale).toBe(3);
    expect(zoomAbout(view, 1e-9, 0, 0).scale).toBe(0.05);
  });

  it('moves only as far as shows a node', () => {
    const view = readableView(layout, window, 7);
    expect(revealed(view, layout, window, 7)).toEqual(view);
    const far = { ...view, left: view.left - 5000 };
    const [x] = [revealed(far, layout, window, 7).left + layout.x[7]! * view.scale];
    expect(x).toBeCloseTo(80);
  });

  it('goes to the nearest node in a direction, and stays at the border', () => {
    const square = mapOf(['a', 'b'], ['a', 'c'], ['c', 'd']);
    const places = layoutMap(square, 2);
    const [a, , c, d] = [0, 1, 2, 3];
    expect(nodeThatWay(places, c, 'left')).toBe(a);
    expect(nodeThatWay(places, c, 'right')).toBe(d);
    expect(nodeThatWay(places, a, 'left')).toBe(a);
    const vertical = nodeThatWay(places, c, places.y[1]! < places.y[2]! ? 'up' : 'down');
    expect(vertical).toBe(1);
  });
});

describe('labels', () => {
  const box = (left: number, top: number, width = 10, height = 10) => ({ left, top, width, height });
  const nowhere = box(-1000, -1000);

  it('are left out where they would lie on one that matters more', () => {
    const labels = [box(0, 0), box(5, 5), box(13, 0), box(0, 12.9), box(0, 13)];
    expect(
      placeLabels(
        labels,
        labels.map(() => nowhere),
      ),
    ).toEqual([true, false, true, false, true]);
  });

  it('do not cover the marks of other nodes, nor what stands already', () => {
    expect(placeLabels([box(0, 0)], [box(2, 2)])).toEqual([true]);
    expect(placeLabels([box(0, 0), box(50, 50)], [nowhere, box(2, 2)])).toEqual([false, true]);
    expect(placeLabels([box(0, 0)], [nowhere], [box(9.9, 0)])).toEqual([false]);
    expect(placeLabels([box(0, 0)], [nowhere], [box(10, 0)])).toEqual([true]);
  });
});
