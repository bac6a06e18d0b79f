package io.tiercel.sensor.event;

import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_HOST_NAME;

import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.fields.IpAddresses;
import io.tiercel.sensor.thread.SupervisedThread;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Resolves the host names that rules compare with, on its own threads, so that the event thread never waits for DNS.
 *
 * <p>The results become records. A name has no addresses until its first lookup succeeds. When a later lookup fails, the name
 * keeps its addresses.
 */
public final class HostNameResolver implements AutoCloseable {
    /** Looks up a name. Replaces {@link InetAddress#getAllByName} in tests. */
    @FunctionalInterface
    public interface Dns {
        InetAddress[] lookUp(String name) throws IOException;
    }

    private static final long REFRESH_MILLIS = 60_000;

    /** The maximum number of names, in alphabetical order. Further names are not resolved. */
    private static final int MAX_NAMES = 4096;

    /** The number of concurrent lookups. A lookup blocks for some seconds if the DNS server does not answer. */
    private static final int THREADS = 4;

    private final Dns dns;
    private final Consumer<byte[]> records;
    private final Map<String, String> emitted = new HashMap<>();
    private final ConcurrentLinkedQueue<Resolution> results = new ConcurrentLinkedQueue<>();
    private Set<String> names = Set.of();
    private Lookups lookups = new Lookups(Set.of());

    private record Resolution(Lookups source, String name, String addresses) {}

    /**
     * Creates a resolver that uses the system's name service.
     *
     * @param records applies each record to the state before it returns
     */
    public HostNameResolver(Consumer<byte[]> records) {
        this(InetAddress::getAllByName, records);
    }

    HostNameResolver(Dns dns, Consumer<byte[]> records) {
        this.dns = dns;
        this.records = records;
    }

    /** Replaces the set of names. Removes the addresses of names that are no longer in it. */
    public void setNames(Set<String> newNames) {
        if (newNames.equals(names)) {
            return;
        }
        lookups.stop();
        names = Set.copyOf(newNames);
        for (Iterator<String> iterator = emitted.keySet().iterator(); iterator.hasNext(); ) {
            String name = iterator.next();
            if (!names.contains(name)) {
                iterator.remove();
                records.accept(record(name, ""));
            }
        }
        lookups = new Lookups(names);
        lookups.start();
    }

    /** Emits the results since the last call. */
    public void deliver() {
        for (Resolution result = results.poll(); result != null; result = results.poll()) {
            if (result.source == lookups && !result.addresses.equals(emitted.put(result.name, result.addresses))) {
                records.accept(record(result.name, result.addresses));
            }
        }
    }

    @Override
    public void close() {
        lookups.stop();
    }

    private static byte[] record(String name, String addresses) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return new RecordBuilder(RECORD_HOST_NAME)
                .text(new String(bytes, StandardCharsets.ISO_8859_1))
                .text(addresses)
                .build();
    }

    /** The lookup threads of one set of names. They run until {@link #stop}. */
    private final class Lookups {
        private final String[] names;
        private volatile boolean stopped;

        Lookups(Set<String> names) {
            this.names = names.stream().sorted().limit(MAX_NAMES).toArray(String[]::new);
        }

        void start() {
            for (int i = 0; i < Math.min(THREADS, names.length); i++) {
                int first = i;
                SupervisedThread.start("host-lookup-" + i, () -> run(first));
            }
        }

        void stop() {
            stopped = true;
            synchronized (this) {
                notifyAll();
            }
        }

        private void run(int first) throws InterruptedException {
            String[] previous = new String[names.length];
            while (!stopped) {
                for (int i = first; i < names.length && !stopped; i += THREADS) {
                    String addresses = lookUp(names[i]);
                    if (!addresses.isEmpty() && !Objects.equals(addresses, previous[i])) {
                        previous[i] = addresses;
                        results.add(new Resolution(this, names[i], addresses));
                    }
                }
                pause();
            }
        }

        private String lookUp(String name) {
            try {
                return Arrays.stream(dns.lookUp(name))
                        .map(IpAddresses::format)
                        .sorted()
                        .collect(Collectors.joining("\n"));
            } catch (IOException e) {
                return "";
            }
        }

        private synchronized void pause() throws InterruptedException {
            long end = System.nanoTime() + REFRESH_MILLIS * 1_000_000;
            for (long remainingMillis = REFRESH_MILLIS;
                    remainingMillis > 0 && !stopped;
                    remainingMillis = (end - System.nanoTime()) / 1_000_000) {
                wait(remainingMillis);
            }
        }
    }
}
