// Behaviour of the console's pages: live updates, dialogs, copying, times and keys. Pages work with the keyboard alone.
'use strict';

(() => {
    const body = document.body;
    const announce = (text) => {
        const region = document.getElementById('announce');
        if (region) region.textContent = text;
    };

    // Log in with the one-time code of the address. It is removed from the address at once.
    const codeForm = document.getElementById('code-login');
    if (codeForm && location.hash.length > 1) {
        document.getElementById('code').value = location.hash.slice(1);
        history.replaceState(null, '', location.pathname);
        codeForm.submit();
        return;
    }

    // Times: how long ago; the exact time is the title.
    const ago = (seconds) => {
        if (seconds < 5) return 'now';
        if (seconds < 60) return `${Math.floor(seconds)} s ago`;
        if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
        if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
        return `${Math.floor(seconds / 86400)} d ago`;
    };
    const until = (seconds) => (seconds < 60 ? 'in less than 1 min' : `in ${ago(seconds).replace(' ago', '')}`);
    const showTimes = () => {
        for (const element of document.querySelectorAll('time[datetime]')) {
            const time = Date.parse(element.dateTime);
            if (Number.isNaN(time)) continue;
            const seconds = (Date.now() - time) / 1000;
            if (!element.title) element.title = element.textContent;
            const text = seconds < -5 ? until(-seconds) : ago(Math.max(0, seconds));
            if (element.textContent !== text) element.textContent = text;
        }
    };
    showTimes();
    setInterval(showTimes, 5000);

    // Dialogs repeat the target and the effect of a change.
    document.addEventListener('click', (event) => {
        const opener = event.target.closest('[data-dialog]');
        if (opener) {
            document.getElementById(opener.dataset.dialog).showModal();
            return;
        }
        const closer = event.target.closest('[data-close]');
        if (closer) {
            closer.closest('dialog').close();
            return;
        }
        const copier = event.target.closest('[data-copy]');
        if (copier) {
            navigator.clipboard.writeText(document.getElementById(copier.dataset.copy).textContent).then(
                () => {
                    copier.textContent = 'Copied';
                    announce('Copied');
                },
                () => announce('The browser does not permit copying. Select the text.'));
        }
    });

    // A form is sent once.
    document.addEventListener('submit', (event) => {
        const form = event.target;
        if (form.method !== 'post' || form.id === 'filters') return;
        if (form.dataset.sent) {
            event.preventDefault();
            return;
        }
        form.dataset.sent = 'yes';
        window.addEventListener('pageshow', () => delete form.dataset.sent, {once: true});
    });

    // Choices of the filters apply at once.
    const filters = document.getElementById('filters');
    if (filters) filters.addEventListener('change', (event) => {
        if (event.target.matches('select')) filters.requestSubmit();
    });

    const message = document.getElementById('message');
    if (message) message.focus({preventScroll: true});

    // Keys: "/" searches, j and k move through the list.
    document.addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.target.matches('input, textarea, select') || document.querySelector('dialog[open]')) return;
        if (event.key === '/') {
            const search = document.getElementById('search');
            if (search) {
                event.preventDefault();
                search.focus();
            }
        } else if (event.key === 'j' || event.key === 'k') {
            const links = [...document.querySelectorAll('table.incidents th a')];
            const next = links.indexOf(document.activeElement) + (event.key === 'j' ? 1 : -1);
            if (links[next]) links[next].focus();
        }
    });

    if (!window.htmx) return;

    // Live updates: the part "live" loads again, unless the operator is in the middle of something.
    const busy = () => {
        const live = document.getElementById('live');
        const active = document.activeElement;
        return document.querySelector('dialog[open]') !== null
            || (live !== null && live.contains(active) && active.matches('input, textarea, select'))
            || [...document.querySelectorAll('#live textarea')].some((area) => area.value !== '')
            || String(getSelection()) !== '';
    };
    let pending = false;
    const refresh = () => {
        if (document.hidden || busy()) {
            pending = true;
            return;
        }
        pending = false;
        window.htmx.trigger(body, 'refresh');
    };
    setInterval(() => {
        if (pending) refresh();
    }, 1000);

    const csrf = document.querySelector('meta[name=csrf]').content;
    body.addEventListener('htmx:configRequest', (event) => {
        event.detail.headers['X-CSRF-Token'] = csrf;
    });

    let shown = '';
    let open = [];
    let focused = null;
    body.addEventListener('htmx:beforeSwap', (event) => {
        const text = event.detail.serverResponse;
        if (event.detail.xhr.status !== 200 || text === shown || busy()) {
            event.detail.shouldSwap = false;
            return;
        }
        shown = text;
        const all = [...document.querySelectorAll('#live details')];
        open = all.map((details) => details.open ? keyOf(details) : null).filter((key) => key !== null);
        const active = document.activeElement;
        focused = active && active.matches('#live a[href]') ? active.getAttribute('href') : null;
    });
    body.addEventListener('htmx:afterSettle', () => {
        showTimes();
        for (const details of document.querySelectorAll('#live details')) {
            if (open.includes(keyOf(details))) details.open = true;
        }
        if (focused) {
            const link = [...document.querySelectorAll('#live a[href]')].find((a) => a.getAttribute('href') === focused);
            if (link) link.focus({preventScroll: true});
        }
        announce('The page is up to date');
    });
    // What is open stays open: a part is found again by its beginning and by the text around it.
    function keyOf(details) {
        const around = details.closest('li, tr, section') || details;
        return `${around.textContent.slice(0, 200)}|${details.querySelector('summary').textContent.slice(0, 100)}`;
    }

    const linkState = (text, bad) => {
        const element = document.getElementById('link-state');
        if (element && element.textContent !== text) {
            element.textContent = text;
            element.className = bad ? 'link-state bad' : 'link-state';
        }
    };
    body.addEventListener('htmx:sendError', () => linkState('No connection', true));
    body.addEventListener('htmx:responseError', () => linkState('Not current', true));
    body.addEventListener('htmx:afterOnLoad', () => linkState('Live', false));

    const live = document.getElementById('live');
    if (!live || !live.hasAttribute('hx-trigger')) return;
    // The stream is closed while the page is hidden: browsers open six connections to a host at most, for all pages together.
    let source = null;
    const connect = () => {
        if (document.hidden) {
            if (source) source.close();
            source = null;
        } else if (body.dataset.live && !source) {
            source = new EventSource(body.dataset.live);
            source.addEventListener('changed', refresh);
            source.addEventListener('open', () => {
                linkState('Live', false);
                refresh();
            });
            source.addEventListener('error', () => linkState('No connection', true));
        }
    };
    document.addEventListener('visibilitychange', () => {
        connect();
        if (!document.hidden) refresh();
    });
    connect();
    setInterval(refresh, Math.max(2, Number(body.dataset.poll)) * 1000);
})();
