const deadline = 15_000;

/** What a loopback server has received so far, and a way to wait for more. */
exports.Arrivals = class Arrivals {
  items = [];
  #waiting = [];

  add(...items) {
    this.items.push(...items);
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.items.length < count) return true;
      resolve(this.items);
      return false;
    });
  }

  until(count) {
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`waited for ${count}, got ${this.items.length}`));
      const timer = setTimeout(late, deadline);
      this.#waiting.push({
        count,
        resolve: (items) => {
          clearTimeout(timer);
          resolve(items);
        },
      });
      this.add();
    });
  }
};
