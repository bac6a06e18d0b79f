package io.tiercel.sensor.state;

import static io.tiercel.sensor.bpf.RecordLayout.RECORD_HOST;

import io.tiercel.sensor.bpf.RecordBuilder;
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
 * Looks up the addresses of host names that rules compare with, beside the stream of events, which never waits for it: what
 * is found goes out as records between two events. Until a name's first answer no address belongs to it, and an answer
 * that fails later leaves its addresses as they were.
 */
public final class HostLookup implements AutoCloseable {
    /** Who answers: {@link InetAddress#getAllByName}, but for tests. */
    @FunctionalInterface
    public interface Resolver {
        InetAddress[] addresses(String name) throws IOException;
    }

    private static final long AGAIN_MILLIS = 60_000;

    /** Names that are looked up; further ones, in the order of names, are not. */
    private static final int MAX_NAMES = 4096;

    /** Lookups at once: one may last until the server of names is given up, some seconds. */
    private static final int THREADS = 4;

    private final Resolver resolver;
    private final Consumer<byte[]> records;
    private final Map<String, String> known = new HashMap<>();
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private Set<String> names = Set.of();
    private Lookups lookups = new Lookups(Set.of());

    private record Answer(Lookups by, String name, String addresses) {}

    /**
     * Asks the system.
     *
     * @param records applies (and keeps) what is found, before it returns
     */
    public HostLookup(Consumer<byte[]> records) {
        this(InetAddress::getAllByName, records);
    }

    HostLookup(Resolver resolver, Consumer<byte[]> records) {
        this.resolver = resolver;
        this.records = records;
    }

    /** Looks up these names, and no others, from now on. */
    public void want(Set<String> wanted) {
        if (wanted.equals(names)) {
            return;
        }
        lookups.stop();
        names = Set.copyOf(wanted);
        for (Iterator<String> old = known.keySet().iterator(); old.hasNext(); ) {
            String name = old.next();
            if (!names.contains(name)) {
                old.remove();
                records.accept(record(name, ""));
            }
        }
        lookups = new Lookups(names);
        lookups.start();
    }

    /** Hands over what has been found since the last time; costs nothing if nothing has. */
    public void deliver() {
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            if (answer.by == lookups && !answer.addresses.equals(known.put(answer.name, answer.addresses))) {
                records.accept(record(answer.name, answer.addresses));
            }
        }
    }

    @Override
    public void close() {
        lookups.stop();
    }

    private static byte[] record(String name, String addresses) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return new RecordBuilder(RECORD_HOST)
                .text(new String(bytes, StandardCharsets.ISO_8859_1))
                .text(addresses)
                .build();
    }

    /** The lookups of one set of names, by threads of their own until they are stopped. */
    private final class Lookups {
        private final String[] wanted;
        private volatile boolean stopped;

        Lookups(Set<String> names) {
            wanted = names.stream().sorted().limit(MAX_NAMES).toArray(String[]::new);
        }

        void start() {
            for (int i = 0; i < Math.min(THREADS, wanted.length); i++) {
                int first = i;
                Thread.ofPlatform().daemon().name("host-lookup-" + i).start(() -> run(first));
            }
        }

        void stop() {
            stopped = true;
            synchronized (this) {
                notifyAll();
            }
        }

        private void run(int first) {
            String[] last = new String[wanted.length];
            while (!stopped) {
                for (int i = first; i < wanted.length && !stopped; i += THREADS) {
                    String found = look(wanted[i]);
                    if (!found.isEmpty() && !Objects.equals(found, last[i])) {
                        last[i] = found;
                        answers.add(new Answer(this, wanted[i], found));
                    }
                }
                pause();
            }
        }

        private String look(String name) {
            try {
                return Arrays.stream(resolver.addresses(name))
                        .map(Addresses::text)
                        .sorted()
                        .collect(Collectors.joining("\n"));
            } catch (IOException e) {
                return "";
            }
        }

        private synchronized void pause() {
            long end = System.nanoTime() + AGAIN_MILLIS * 1_000_000;
            try {
                for (long left = AGAIN_MILLIS; left > 0 && !stopped; left = (end - System.nanoTime()) / 1_000_000) {
                    wait(left);
                }
            } catch (InterruptedException e) {
                stopped = true;
            }
        }
    }
}
