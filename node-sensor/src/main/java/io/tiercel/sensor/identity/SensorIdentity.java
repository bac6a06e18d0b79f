package io.tiercel.sensor.identity;

import io.tiercel.sensor.thread.SupervisedThread;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a running sensor. A background thread reads the token every 30 seconds and the instance identity document every
 * hour. A missing credential is logged once per reason. Batches are then sent without it.
 */
public final class SensorIdentity implements CredentialSource, AutoCloseable {
    /** Name of the token in metrics. */
    static final String TOKEN = "token";

    /** Name of the instance identity document in metrics. */
    static final String INSTANCE_DOCUMENT = "instance_document";

    private static final Logger LOG = System.getLogger(SensorIdentity.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final String READER = "credential_reader";
    private static final Duration DOCUMENT_INTERVAL = Duration.ofHours(1);

    /** Maximum time that a batch waits for the first credentials: two requests to the metadata service. */
    private static final Duration FIRST_WAIT = Duration.ofSeconds(3);

    private final IdentityOptions options;
    private final @Nullable TokenFile tokenFile;
    private final InstanceMetadata metadata;
    private final InstantSource clock;
    private final Duration interval;
    private final BiConsumer<Level, String> log;
    private final CountDownLatch firstRead = new CountDownLatch(1);
    private final Map<String, String> reported = new HashMap<>();
    private final @Nullable SupervisedThread thread;
    private volatile @Nullable InstanceId instanceId;
    private volatile TokenFile.@Nullable Token token;
    private volatile @Nullable String document;
    private long documentReadNanos;

    private SensorIdentity(
            IdentityOptions options,
            Path boardAssetTag,
            InstanceMetadata metadata,
            InstantSource clock,
            Duration interval,
            BiConsumer<Level, String> log) {
        this.options = options;
        this.tokenFile = options.tokenFile() == null ? null : new TokenFile(options.tokenFile());
        this.metadata = metadata;
        this.clock = clock;
        this.interval = interval;
        this.log = log;
        this.instanceId = options.instanceId() == IdentityOptions.InstanceIdMode.OFF
                ? null
                : InstanceId.readDmi(boardAssetTag).orElse(null);
        boolean reads = tokenFile != null || options.instanceDocument() || needsInstanceId();
        this.thread = reads ? SupervisedThread.unstarted("identity", this::run) : null;
    }

    /** Reads the instance id from DMI, and starts to read the rest in the background. */
    public static SensorIdentity start(IdentityOptions options) {
        return start(
                options,
                InstanceId.BOARD_ASSET_TAG,
                InstanceMetadata.linkLocal(),
                InstantSource.system(),
                INTERVAL,
                LOG::log);
    }

    static SensorIdentity start(
            IdentityOptions options,
            Path boardAssetTag,
            InstanceMetadata metadata,
            InstantSource clock,
            Duration interval,
            BiConsumer<Level, String> log) {
        SensorIdentity identity = new SensorIdentity(options, boardAssetTag, metadata, clock, interval, log);
        if (identity.thread == null) {
            identity.firstRead.countDown();
        } else {
            identity.thread.start();
        }
        return identity;
    }

    /** Returns the EC2 instance that this machine is, if it is known. Does not wait. */
    public Optional<InstanceId> instanceId() {
        return Optional.ofNullable(instanceId);
    }

    @Override
    public DeliveryCredentials current() throws InterruptedException {
        if (!firstRead.await(FIRST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
            return DeliveryCredentials.NONE;
        }
        TokenFile.Token current = token;
        return new DeliveryCredentials(current == null ? null : current.value(), document);
    }

    /** Returns the state of the configured credentials. Does not wait. */
    public IdentityStatus status() {
        Map<String, Boolean> available = new HashMap<>();
        TokenFile.Token current = token;
        if (tokenFile != null) {
            available.put(TOKEN, current != null);
        }
        if (options.instanceDocument()) {
            available.put(INSTANCE_DOCUMENT, document != null);
        }
        return new IdentityStatus(available, current == null ? null : current.expires());
    }

    private boolean needsInstanceId() {
        return options.instanceId() == IdentityOptions.InstanceIdMode.IMDS && instanceId == null;
    }

    private void run() throws InterruptedException {
        try {
            while (true) {
                readAll();
                Thread.sleep(interval);
            }
        } finally {
            firstRead.countDown();
        }
    }

    /** Reads whatever has expired. An unexpected failure is reported, and reading is tried again: the token must stay current. */
    private void readAll() throws InterruptedException {
        try {
            readToken();
            readDocument();
            firstRead.countDown();
            readInstanceId();
            report(READER, "");
        } catch (RuntimeException e) {
            firstRead.countDown();
            report(READER, "reading the credentials failed: " + e.getClass().getSimpleName());
        }
    }

    private void readToken() {
        if (tokenFile == null) {
            return;
        }
        try {
            TokenFile.Token read = tokenFile.read();
            token = read;
            Long expires = read.expires();
            if (expires != null && expires <= clock.instant().getEpochSecond()) {
                report(TOKEN, "the identity token in " + tokenFile.path() + " has expired");
            } else {
                report(TOKEN, "");
            }
        } catch (IOException e) {
            token = null;
            report(TOKEN, "alerts are sent without a token: " + e.getMessage());
        }
    }

    private void readDocument() throws InterruptedException {
        boolean current = document != null && System.nanoTime() - documentReadNanos < DOCUMENT_INTERVAL.toNanos();
        if (!options.instanceDocument() || current) {
            return;
        }
        try {
            document = metadata.signedDocument();
            documentReadNanos = System.nanoTime();
            report(INSTANCE_DOCUMENT, "");
        } catch (IOException e) {
            report(
                    INSTANCE_DOCUMENT,
                    (document == null
                                    ? "alerts are sent without an instance identity document: "
                                    : "the instance identity document was not refreshed: ")
                            + e.getMessage());
        }
    }

    private void readInstanceId() throws InterruptedException {
        if (!needsInstanceId()) {
            return;
        }
        try {
            instanceId = metadata.instanceId();
            report("instance_id", "");
        } catch (IOException e) {
            report("instance_id", "alerts contain no EC2 instance id: " + e.getMessage());
        }
    }

    /** Logs a problem once, and its end. */
    private void report(String subject, String problem) {
        String before = reported.put(subject, problem);
        if (problem.equals(before)) {
            return;
        }
        if (!problem.isEmpty()) {
            log.accept(Level.WARNING, problem);
        } else if (before != null) {
            log.accept(Level.INFO, "identity: " + subject.replace('_', ' ') + " is available again");
        }
    }

    /** Stops the background thread. */
    @Override
    public void close() {
        if (thread != null) {
            thread.stop();
        }
    }
}
