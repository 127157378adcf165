import type { Tracer, WrapOptions } from '../contract.ts';
import { globalTracer } from '../global_tracer.ts';
import { type AnyFunction, boundFunction } from '../internal/bound-function.ts';
import { optionsFrom } from '../internal/options-from.ts';
import { hasScopes, requireScopes } from '../internal/require-scopes.ts';

/** How {@link traced} traces a method. */
export interface TracedOptions extends WrapOptions {
  /** Name of the spans. Default: `Class.method`, of the class that declares the method. */
  name?: string | undefined;
  /** Who starts the spans: a tracer with scopes. Default: the global tracer at the time of the call. */
  tracer?: Tracer | undefined;
}

/** Makes {@link TracedOptions} from `this` and the arguments of a call. If it throws, the call is traced without. */
// oxlint-disable-next-line typescript/no-explicit-any -- `unknown` excludes functions that take arguments
export type TracedOptionsFunction = (this: any, ...args: any[]) => TracedOptions | undefined;

/** What a decorator is told of a method: the part of TC39's context that is used here, for compilers without it. */
export interface MethodContext {
  /** Accessors and fields have other kinds, and are refused. */
  readonly kind: 'method';
  /** The method's name, as it is in the class. */
  readonly name: string | symbol;
}

/**
 * Decorates a method, by either protocol. The method keeps its type, and cannot have another.
 *
 * @typeParam O the function of the options, whose parameters must fit those of the method
 */
export interface TracedDecorator<O extends AnyFunction = () => undefined> {
  /** TC39 decorators, stage 3: what TypeScript 5 compiles by default. */
  <M extends AnyFunction>(method: Fitting<O, M>, context: MethodContext): M;
  /** TypeScript's `experimentalDecorators`. */
  <M extends AnyFunction>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Fitting<O, M>>,
  ): TypedPropertyDescriptor<M>;
}

/** `M`, when `O` can be called with its arguments. */
export type Fitting<O extends AnyFunction, M extends AnyFunction> = O extends (...args: Parameters<M>) => unknown
  ? M
  : never;

/**
 * Decorator: each call of the method runs in a new active span, as in {@link Tracer.withActiveSpan}, which finishes when
 * the method is over: when it returns, or its promise settles, or its generator is exhausted or left. What it throws is
 * tagged on the span and thrown on. `this`, arguments, result, name and length of the method stay as they are.
 *
 * ```ts
 * class Shop {
 *   @traced() async checkout(cart: Cart) {}                       // "Shop.checkout"
 *   @traced('load') static load() {}
 *   @traced((id: string) => ({ tags: { id } })) find(id: string) {}
 * }
 * ```
 *
 * For methods, static and private ones included; not for accessors and fields. Works as a TC39 decorator and with
 * TypeScript's `experimentalDecorators`. For functions there is {@link Tracer.wrap}.
 *
 * @param options the name of the spans, or options, or a function that makes them from `this` and the arguments
 * @throws TypeError when it stands on something that is no method, or without its parentheses, and for a tracer without scopes
 */
export function traced(options?: string | TracedOptions): TracedDecorator;
/**
 * The same with a function that makes the options of each call.
 *
 * @param options gets `this` and the arguments of the call, whose types must fit those of the method
 */
export function traced<O extends TracedOptionsFunction>(options: O): TracedDecorator<O>;
export function traced(options?: string | TracedOptions | TracedOptionsFunction, ...more: unknown[]): TracedDecorator {
  if (more.length > 0) throw new TypeError('@traced has no parentheses: write @traced()');
  const optionsOf = optionsMaker(options);
  const decorate = (target: unknown, second: unknown, descriptor?: PropertyDescriptor): unknown =>
    isContext(second)
      ? decorateByContext(target, second, optionsOf)
      : decorateByDescriptor(target as object, second as string | symbol, descriptor, optionsOf);
  return decorate as TracedDecorator;
}

type OptionsMaker = (self: unknown, args: unknown[]) => TracedOptions;

const none: TracedOptions = {};

function optionsMaker(options: string | TracedOptions | TracedOptionsFunction | undefined): OptionsMaker {
  if (typeof options === 'function')
    return (self, args) => (optionsFrom(options, self, args) as TracedOptions | undefined) ?? none;
  if (options !== undefined && typeof options !== 'string' && (typeof options !== 'object' || options === null))
    throw new TypeError(`traced() takes a name, options, or a function that makes options, not ${String(options)}`);
  const fixed = typeof options === 'string' ? { name: options } : (options ?? none);
  requireScopes('traced()', fixed.tracer);
  return () => fixed;
}

function isContext(second: unknown): second is { kind: string; name: string | symbol } {
  return typeof second === 'object' && second !== null && 'kind' in second;
}

function decorateByContext(
  method: unknown,
  { kind, name }: { kind: string; name: string | symbol },
  optionsOf: OptionsMaker,
): AnyFunction {
  if (kind !== 'method' || typeof method !== 'function') throw notAMethod(name, kind);
  const declared = new DeclaringClass(name);
  const bound = tracedMethod(method as AnyFunction, name, optionsOf, (self) => declared.nameFor(self, bound));
  return bound;
}

function decorateByDescriptor(
  target: object,
  key: string | symbol,
  descriptor: PropertyDescriptor | undefined,
  optionsOf: OptionsMaker,
): PropertyDescriptor {
  const method: unknown = descriptor?.value;
  if (typeof method !== 'function') throw notAMethod(key, descriptor === undefined ? 'field' : 'accessor');
  const className = classNameOf(target);
  const bound = tracedMethod(method as AnyFunction, key, optionsOf, () => className);
  return { ...descriptor, value: bound };
}

function notAMethod(name: string | symbol, kind: string): TypeError {
  return new TypeError(`@traced() is for methods, and ${String(name)} is a ${kind}`);
}

function tracedMethod(
  method: AnyFunction,
  methodName: string | symbol,
  optionsOf: OptionsMaker,
  classNameFor: (self: unknown) => string,
): AnyFunction {
  return boundFunction(method, (call, self, args) => {
    const { name, tracer: given, ...options } = optionsOf(self, args);
    // A function of options may give any tracer, and it is too late to throw.
    const tracer = given && hasScopes(given) ? given : globalTracer();
    const spanName = name ?? qualified(classNameFor(self), methodName);
    if (options.callback !== true) return tracer.withActiveSpan(spanName, options, call);
    return Reflect.apply(tracer.wrap(spanName, options, method), self, args) as unknown;
  });
}

function qualified(className: string, methodName: string | symbol): string {
  const method = typeof methodName === 'symbol' ? `[${methodName.description ?? ''}]` : methodName;
  return className === '' ? method : `${className}.${method}`;
}

/** TC39 tells a decorator nothing of the class, so it is looked for when the method is first called. */
class DeclaringClass {
  private readonly methodName: string | symbol;
  private known: string | undefined;

  constructor(methodName: string | symbol) {
    this.methodName = methodName;
  }

  /**
   * Name of the class, among those of `self`, that has `method`. For private methods, and for those that another
   * decorator has replaced, that of `self` itself.
   */
  nameFor(self: unknown, method: AnyFunction): string {
    if (this.known !== undefined) return this.known;
    try {
      for (let object = self as object | null; object; object = Object.getPrototypeOf(object) as object | null) {
        if (Object.getOwnPropertyDescriptor(object, this.methodName)?.value === method) {
          this.known = classNameOf(object);
          return this.known;
        }
      }
      return classNameOf(self as object);
    } catch {
      // `this` may be missing or a proxy that refuses.
      return '';
    }
  }
}

/** Of a class, or of its prototype or an instance of it. */
function classNameOf(holder: object): string {
  const { name } = (typeof holder === 'function' ? holder : holder.constructor) as { name?: unknown };
  return typeof name === 'string' ? name : '';
}
