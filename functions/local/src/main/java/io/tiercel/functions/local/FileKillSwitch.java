package io.tiercel.functions.local;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.guard.KillSwitchControl;
import io.tiercel.functions.respond.state.StateDocuments;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;

/**
 * The kill switch as a file: while it exists, no step starts. Everybody with access to the data directory can create and remove it. A
 * state document has who set it last through the API.
 */
final class FileKillSwitch implements KillSwitch, KillSwitchControl {
    private static final String KEY = "kill-switch";
    private static final int MAX_ATTEMPTS = 10;

    private final Path file;
    private final StateDocuments documents;

    FileKillSwitch(Path file, StateDocuments documents) {
        this.file = file;
        this.documents = documents;
    }

    private record Change(boolean on, String by, long at, String reason) {}

    @Override
    public boolean engaged() {
        return !Files.notExists(file);
    }

    @Override
    public State state() {
        boolean on = engaged();
        return documents
                .read(KEY)
                .map(stored -> Json.read(stored.document(), Change.class, StoreUnavailable::new))
                .filter(change -> change.on() == on)
                .map(change -> new State(on, change.by(), Instant.ofEpochMilli(change.at()), change.reason()))
                .orElseGet(() -> new State(on, null, null, null));
    }

    @Override
    public void set(State state) {
        Instant at = state.at();
        String document = Json.write(new Change(
                state.on(),
                state.by() == null ? "" : state.by(),
                at == null ? 0 : at.toEpochMilli(),
                state.reason() == null ? "" : state.reason()));
        try {
            if (state.on()) {
                Files.writeString(
                        file,
                        document + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.SYNC);
            } else {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new StoreUnavailable("the kill switch " + file.toAbsolutePath() + " cannot be set", e);
        }
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> current = documents.read(KEY);
            if (documents.write(KEY, current.map(Versioned::version).orElse(0L), document, Schedule.NONE.keep())) {
                return;
            }
        }
    }
}
