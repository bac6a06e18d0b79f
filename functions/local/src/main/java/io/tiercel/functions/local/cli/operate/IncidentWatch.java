package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.client.ChangeStream.Change;
import io.tiercel.functions.client.HttpOperatorClient;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.cli.CommandFailure;
import io.tiercel.functions.local.cli.ExitStatus;
import io.tiercel.functions.local.terminal.DisplayText;
import io.tiercel.functions.local.terminal.Terminal;
import io.tiercel.functions.local.terminal.Terminal.Style;
import io.tiercel.functions.operate.OperatorAnswer;
import io.tiercel.functions.retry.Backoff;
import io.tiercel.functions.retry.Pause;
import io.tiercel.rules.text.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prints incidents whose version or count has changed. The main thread prints; a second one reads the stream of changes and only
 * adds ids. What the stream misses, the next list shows.
 */
final class IncidentWatch {
    private static final int MAX_KNOWN = 10_000;
    private static final int MAX_PENDING = 1_000;
    private static final int MAX_VANISHED = 20;
    private static final int PAGE = 200;

    /** Collects changes, so that an incident with many alerts does not print a line for each. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    private static final Backoff RECONNECT = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private final OperatorSession session;
    private final Terminal terminal;

    /** Version and count by id, the least recently changed first. */
    private final Map<String, String> known = new LinkedHashMap<>();

    private Set<String> active = Set.of();
    private boolean connected = true;

    private final Object lock = new Object();
    private final Set<String> pending = new LinkedHashSet<>();
    private boolean list;
    private @Nullable CommandFailure failure;

    IncidentWatch(OperatorSession session) {
        this.session = session;
        this.terminal = session.terminal();
    }

    /** Prints the active incidents, unless only changes are wanted. */
    void start(boolean changesOnly) {
        list(!changesOnly);
        terminal.out().flush();
        if (!session.json()) {
            terminal.err().println("watching; Ctrl-C ends");
        }
    }

    /** Reads lists for ever. */
    void poll(Duration interval) throws InterruptedException {
        while (!terminal.out().checkError()) {
            Thread.sleep(interval);
            retrying(() -> list(true));
        }
    }

    /** Follows the stream of changes for ever, and reads lists at an interval and after each new connection. */
    void follow(HttpOperatorClient client, Duration interval) throws InterruptedException {
        Thread reader = Thread.ofVirtual().name("changes").start(() -> read(client));
        try {
            while (!terminal.out().checkError()) {
                List<String> changed = awaitChanges(interval);
                retrying(() -> {
                    if (changed.isEmpty()) {
                        list(true);
                    } else {
                        changed.forEach(this::show);
                    }
                });
                terminal.out().flush();
                Thread.sleep(PAUSE);
            }
        } finally {
            reader.interrupt();
        }
    }

    private void read(HttpOperatorClient client) {
        for (int failures = 1; !Thread.currentThread().isInterrupted(); failures++) {
            int[] received = {0};
            OperatorAnswer end = client.changes(change -> {
                received[0]++;
                accept(change);
            });
            ExitStatus status = OperatorSession.status(end);
            if (status == ExitStatus.NOT_AUTHORIZED) {
                synchronized (lock) {
                    failure = new CommandFailure(status, Texts.text(end.body(), "detail"));
                    lock.notifyAll();
                }
                return;
            }
            failures = received[0] > 1 ? 1 : failures;
            Pause.THREAD.pause(RECONNECT.delay(failures));
        }
    }

    private void accept(Change change) {
        String id = "";
        if (change.event().equals("incident")) {
            try {
                id = Json.SINGLE_DOCUMENT.readTree(change.data()).path("id").asText();
            } catch (JsonProcessingException e) {
                // An unknown form of change: the list shows what changed.
            }
        }
        synchronized (lock) {
            if (change.event().equals("connected") || change.event().equals("incident") && id.isEmpty()) {
                list = true;
            } else if (!id.isEmpty()) {
                list |= pending.size() >= MAX_PENDING;
                pending.add(id);
                if (list) {
                    pending.clear();
                }
            }
            lock.notifyAll();
        }
    }

    /** Returns the ids that changed; none if a list is due. */
    private List<String> awaitChanges(Duration interval) throws InterruptedException {
        long end = System.nanoTime() + interval.toNanos();
        synchronized (lock) {
            while (pending.isEmpty() && !list && failure == null) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    break;
                }
                lock.wait(left);
            }
            if (failure != null) {
                throw failure;
            }
            List<String> changed = list ? List.of() : new ArrayList<>(pending);
            pending.clear();
            list = false;
            return changed;
        }
    }

    private void retrying(Runnable work) {
        try {
            work.run();
            if (!connected) {
                terminal.err().println("connected again");
            }
            connected = true;
        } catch (CommandFailure e) {
            if (e.status() != ExitStatus.UNREACHABLE) {
                throw e;
            }
            if (connected) {
                terminal.err().println(e.getMessage() + "; trying again");
            }
            connected = false;
        }
    }

    private void list(boolean print) {
        ObjectNode arguments = OperatorSession.arguments("state", "active").put("limit", PAGE);
        JsonNode page = session.call("list-incidents", arguments);
        Set<String> listed = new LinkedHashSet<>();
        List<JsonNode> items = new ArrayList<>();
        page.path("items").forEach(items::add);
        for (JsonNode incident : items.reversed()) {
            listed.add(incident.path("id").asText());
            changed(incident, print);
        }
        Set<String> vanished = new LinkedHashSet<>(active);
        vanished.removeAll(listed);
        active = listed;
        vanished.stream().limit(MAX_VANISHED).forEach(this::show);
    }

    private void show(String id) {
        try {
            changed(session.call("show-incident", OperatorSession.arguments("id", id)), true);
        } catch (CommandFailure e) {
            if (e.status() != ExitStatus.NOT_FOUND) {
                throw e;
            }
            known.remove(id);
        }
    }

    private void changed(JsonNode incident, boolean print) {
        String id = incident.path("id").asText();
        String state =
                incident.path("version").asText() + "/" + incident.path("count").asText();
        if (state.equals(known.remove(id))) {
            known.put(id, state);
            return;
        }
        known.put(id, state);
        if (known.size() > MAX_KNOWN) {
            known.remove(known.keySet().iterator().next());
        }
        if (print) {
            print(incident);
        }
    }

    private void print(JsonNode incident) {
        if (session.json()) {
            session.printJson(SummaryMembers.of(incident));
            return;
        }
        String priority = Texts.text(incident, "priority");
        String state = Texts.text(incident, "state");
        String response = Texts.text(incident, "response", "none");
        String place = Texts.place(incident);
        String line = Texts.text(incident, "rule")
                + (place.isEmpty() ? "" : "  [" + place + "]")
                + (response.equals("none") ? "" : "  response " + response);
        String count = Quantity.of(incident.path("count").asLong(), "alert");
        String head = Texts.seconds(Texts.text(incident, "lastSeen")) + "  " + Texts.text(incident, "shortId") + "  ";
        int room = terminal.width() - DisplayText.width(head) - 36;
        Style urgency = Texts.priority(priority);
        Style progress = Texts.state(state);
        String padded = DisplayText.pad(priority, 9);
        String paddedState = DisplayText.pad(state, 9);
        terminal.out()
                .println(head + (urgency == null ? padded : terminal.styled(padded, urgency)) + "  "
                        + (progress == null ? paddedState : terminal.styled(paddedState, progress)) + "  "
                        + DisplayText.pad(count, 10) + "  " + DisplayText.cut(line, Math.max(20, room)));
    }
}
