// A small application as PocketBase's tutorials write them: register, verify, sign in, records under rules, an upload,
// and a list that follows what others do. It speaks to whatever serves it.
const pb = new PocketBase(location.origin);
const $ = (selector) => document.querySelector(selector);

function show() {
  const record = pb.authStore.record;
  $('#who').textContent = record
    ? `${record.email}${record.verified ? ', verified' : ''}`
    : 'Nobody is signed in.';
}

async function attempt(work) {
  $('#error').textContent = '';
  try {
    await work();
  } catch (error) {
    $('#error').textContent = `${error.status}: ${error.message}`;
  }
}

function line(pin) {
  const item = document.createElement('li');
  item.id = `pin-${pin.id}`;
  if (pin.picture) {
    const image = document.createElement('img');
    image.alt = `Picture of ${pin.text}`;
    image.src = pb.files.getURL(pin, pin.picture, { thumb: '100x100' });
    item.append(image);
  }
  const text = document.createElement('span');
  text.textContent = pin.text;
  item.append(text);
  const change = document.createElement('button');
  change.textContent = 'Shout';
  change.onclick = () => attempt(() => pb.collection('pins').update(pin.id, { text: pin.text.toUpperCase() }));
  const remove = document.createElement('button');
  remove.textContent = 'Remove';
  remove.onclick = () => attempt(() => pb.collection('pins').delete(pin.id));
  item.append(change, remove);
  return item;
}

function draw(pin) {
  const old = $(`#pin-${pin.id}`);
  if (old) old.replaceWith(line(pin));
  else $('#pins').append(line(pin));
}

async function follow() {
  $('#pins').replaceChildren();
  for (const pin of await pb.collection('pins').getFullList({ sort: 'created' })) draw(pin);
  await pb.collection('pins').unsubscribe();
  await pb.collection('pins').subscribe('*', ({ action, record }) => {
    if (action === 'delete') $(`#pin-${record.id}`)?.remove();
    else draw(record);
  });
  document.body.dataset.live = 'true';
}

$('#register').onsubmit = (event) => {
  event.preventDefault();
  const form = new FormData(event.target, event.submitter);
  attempt(async () => {
    const [email, password] = [form.get('email'), form.get('password')];
    if (form.get('action') === 'register') {
      await pb.collection('users').create({ email, password, passwordConfirm: password });
      await pb.collection('users').requestVerification(email);
    }
    await pb.collection('users').authWithPassword(email, password);
    show();
    await follow();
  });
};

$('#verify').onsubmit = (event) => {
  event.preventDefault();
  attempt(async () => {
    await pb.collection('users').confirmVerification(new FormData(event.target).get('token'));
    await pb.collection('users').authRefresh();
    show();
  });
};

$('#pin').onsubmit = (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  if (!form.get('picture')?.size) form.delete('picture');
  form.append('owner', pb.authStore.record?.id ?? '');
  attempt(async () => {
    await pb.collection('pins').create(form);
    event.target.reset();
  });
};

show();
