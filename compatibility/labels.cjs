// Two runs differ by ids and times of their own and by nothing else that matters.

/** Gives every id the same name in both runs: by the order in which they are first seen. */
exports.labels = function labels() {
  const known = new Map();
  const label = (id) => {
    // Some tracers drop leading zeros in some places.
    const key = String(id).toLowerCase().replace(/^0+/, '');
    if (key === '') return 'none';
    if (!known.has(key)) known.set(key, `id ${known.size + 1}`);
    return known.get(key);
  };
  /** All ids in a text, e.g. in a header. Shorter runs of hexadecimal digits are no ids. */
  const inText = (text) => String(text).replaceAll(/(?<![0-9a-z])[0-9a-f]{9,32}(?![0-9a-z])/gi, label);
  return { label, inText };
};

const started = Date.now();

/** Keeps times that a script chose (they are long past) and hides those of the run. */
exports.moment = (milliseconds) => (milliseconds >= started - 1000 ? 'now' : milliseconds);

/** Durations of spans that begin or end at times of the run say nothing. */
exports.duration = (start, milliseconds) => (exports.moment(start + milliseconds) === 'now' ? 'some' : milliseconds);
