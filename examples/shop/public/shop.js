// Nothing in here knows of tracing.
const answer = document.querySelector('#answer');
const items = document.querySelector('#items');

document.querySelector('#buy').addEventListener('click', () => {
  void show(async () => {
    const lines = [1, 2, 3].map((item) => ({ item, quantity: 1 }));
    const receipt = await json('/checkout', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ lines }),
    });
    return receipt.text;
  });
});

document.querySelector('#list').addEventListener('click', () => {
  void show(async () => {
    const catalogue = await json('/catalog');
    items.replaceChildren(...catalogue.items.map(row));
    return `${catalogue.items.length} items`;
  });
});

function row({ name, price }) {
  const element = document.createElement('li');
  element.textContent = `${name}: ${(price / 100).toFixed(2)}`;
  return element;
}

async function show(work) {
  answer.textContent = '…';
  try {
    answer.textContent = await work();
  } catch (error) {
    answer.textContent = `That did not work: ${error.message}`;
  }
}

async function json(path, init) {
  const response = await fetch(path, init);
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}
