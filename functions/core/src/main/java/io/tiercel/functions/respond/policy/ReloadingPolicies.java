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
 * The policies of a file as it is now: a file that has changed is in force with the next question, two seconds after the last look
 * at the earliest. One that is wrong or cannot be read changes nothing; the log says so once. The whole text is compared, since
 * a ConfigMap's files are links that are switched.
 */
public final class ReloadingPolicies implements Supplier<Policies> {
    private static final Logger LOG = System.getLogger(ReloadingPolicies.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Path file;
    private final InstantSource clock;
    private Policies inForce;
    private @Nullable String seen;
    private Instant next;

    private ReloadingPolicies(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
        this.inForce = Policies.of(Optional.of(file.toString()));
        this.seen = text();
        this.next = clock.instant().plus(PAUSE);
    }

    /**
     * Those of a file, else those that come with Tiercel.
     *
     * @param file the value of {@code TIERCEL_RESPONSES}
     * @throws IllegalArgumentException if the file cannot be read, or is wrong, to begin with
     */
    public static Supplier<Policies> of(Optional<String> file, InstantSource clock) {
        if (file.isPresent()) {
            return new ReloadingPolicies(Path.of(file.get()), clock);
        }
        Policies standard = Policies.standard();
        return () -> standard;
    }

    @Override
    public synchronized Policies get() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return inForce;
        }
        next = now.plus(PAUSE);
        String text = text();
        if (text != null && !text.equals(seen)) {
            take(text);
        } else if (text == null && seen != null) {
            LOG.log(Level.WARNING, "responses: {0} cannot be read; the policies before stay in force", file);
        }
        seen = text;
        return inForce;
    }

    private void take(String text) {
        try {
            inForce = Policies.of(file.toString(), text);
            LOG.log(Level.INFO, "responses: {0} has changed and is in force", file);
        } catch (InvalidConfiguration e) {
            LOG.log(Level.WARNING, "responses: the policies before stay in force: {0}", e.getMessage());
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
