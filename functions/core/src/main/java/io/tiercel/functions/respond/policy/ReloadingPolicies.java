package io.tiercel.functions.respond.policy;

import io.tiercel.functions.config.InvalidConfiguration;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Policies of a file that are reloaded when the file changes. {@link #get} checks the file at most every two seconds. If the
 * file is invalid or cannot be read, the previous policies stay active and one warning is logged.
 *
 * <p>The check compares the whole text, because a mounted ConfigMap replaces symbolic links and keeps old file times.
 */
public final class ReloadingPolicies implements Supplier<Policies> {
    private static final Logger LOG = System.getLogger(ReloadingPolicies.class.getName());
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(2);

    private final Path file;
    private final InstantSource clock;
    private Policies active;
    private @Nullable String lastText;
    private Instant nextCheck;

    private ReloadingPolicies(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
        this.active = Policies.load(Optional.of(file.toString()));
        this.lastText = text();
        this.nextCheck = clock.instant().plus(CHECK_INTERVAL);
    }

    /**
     * Returns the policies of a file, or the default policies.
     *
     * @param file the value of {@code TIERCEL_RESPONSES}; empty for the default policies
     * @throws IllegalArgumentException if the file cannot be read or is invalid at the start
     */
    public static Supplier<Policies> of(Optional<String> file, InstantSource clock) {
        if (file.isPresent()) {
            return new ReloadingPolicies(Path.of(file.get()), clock);
        }
        Policies defaults = Policies.defaults();
        return () -> defaults;
    }

    @Override
    public synchronized Policies get() {
        Instant now = clock.instant();
        if (now.isBefore(nextCheck)) {
            return active;
        }
        nextCheck = now.plus(CHECK_INTERVAL);
        String text = text();
        if (text != null && !text.equals(lastText)) {
            reload(text);
        } else if (text == null && lastText != null) {
            LOG.log(Level.WARNING, "responses: cannot read {0}; the previous policies stay active", file);
        }
        lastText = text;
        return active;
    }

    private void reload(String text) {
        try {
            active = Policies.parse(file.toString(), text);
            LOG.log(Level.INFO, "responses: reloaded {0}", file);
        } catch (InvalidConfiguration e) {
            LOG.log(
                    Level.WARNING,
                    "responses: ignored an invalid file; the previous policies stay active: {0}",
                    e.getMessage());
        }
    }

    private @Nullable String text() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return null;
        }
    }
}
