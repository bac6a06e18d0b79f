package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.fields.FdDescription;
import io.tiercel.sensor.process.NodeState;
import io.tiercel.sensor.thread.ThreadFailures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Resolution runs on its own threads, and only records change the state. */
@Tag("unit")
class HostNameResolverTest {
    private final Map<String, List<String>> addressesByName = new ConcurrentHashMap<>();
    private final NodeState state = new NodeState(FdDescription::standardFd);
    private final RecordView view = new RecordView();

    private InetAddress[] lookUp(String name) throws UnknownHostException {
        List<String> addresses = addressesByName.get(name);
        if (addresses == null) {
            throw new UnknownHostException(name);
        }
        return addresses.stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
    }

    private void apply(byte[] record) {
        assertEquals(true, view.wrap(ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN), 0, record.length));
        state.apply(view);
    }

    private List<String> names(String address) {
        return state.hostNames().namesOf(InetAddress.ofLiteral(address));
    }

    private void awaitNames(HostNameResolver resolver, String address, String... expected) {
        Awaitility.await().pollInSameThread().until(() -> {
            resolver.deliver();
            return Set.copyOf(names(address)).equals(Set.of(expected));
        });
    }

    @Test
    void addressHasAllNamesThatResolveToIt() {
        addressesByName.put("one.example", List.of("10.0.0.1", "2001:db8::1"));
        addressesByName.put("two.example", List.of("10.0.0.1"));
        try (HostNameResolver resolver = new HostNameResolver(this::lookUp, this::apply)) {
            resolver.setNames(Set.of("one.example", "two.example", "none.example"));
            awaitNames(resolver, "10.0.0.1", "one.example", "two.example");
            awaitNames(resolver, "2001:db8::1", "one.example");
            assertEquals(List.of(), names("10.0.0.2"));

            resolver.setNames(Set.of("two.example"));
            assertEquals(List.of("two.example"), names("10.0.0.1"));
            assertEquals(List.of(), names("2001:db8::1"));
        }
    }

    /** Before, an unexpected error of the name service ended a lookup thread, and a quarter of the names was not resolved any more. */
    @Test
    void anUnexpectedErrorIsReportedAndTheLookupRepeated() {
        addressesByName.put("one.example", List.of("10.0.0.9"));
        AtomicBoolean failed = new AtomicBoolean();
        HostNameResolver.Dns failing = name -> {
            if (!failed.getAndSet(true)) {
                throw new IllegalStateException("broken name service");
            }
            return lookUp(name);
        };
        try (HostNameResolver resolver = new HostNameResolver(failing, this::apply)) {
            resolver.setNames(Set.of("one.example"));
            awaitNames(resolver, "10.0.0.9", "one.example");
            assertEquals(true, ThreadFailures.ofProcess().totals().containsKey("host-lookup"));
        }
    }

    @Test
    void slowLookupBlocksNeitherTheStreamNorOtherNames() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        addressesByName.put("quick.example", List.of("10.0.0.3"));
        HostNameResolver.Dns slow = name -> {
            if (name.startsWith("a-slow")) {
                started.countDown();
                await(released);
            }
            return lookUp(name.startsWith("a-slow") ? "quick.example" : name);
        };
        try (HostNameResolver resolver = new HostNameResolver(slow, this::apply)) {
            resolver.setNames(Set.of("a-slow.example", "quick.example"));
            started.await();
            awaitNames(resolver, "10.0.0.3", "quick.example");
            released.countDown();
            awaitNames(resolver, "10.0.0.3", "a-slow.example", "quick.example");
        } finally {
            released.countDown();
        }
    }

    @Test
    void ignoresResultsForPreviousNames() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        CountDownLatch finished = new CountDownLatch(1);
        addressesByName.put("new.example", List.of("10.0.0.5"));
        HostNameResolver.Dns late = name -> {
            if (name.equals("old.example")) {
                started.countDown();
                await(released);
                finished.countDown();
                return new InetAddress[] {InetAddress.ofLiteral("10.0.0.4")};
            }
            return lookUp(name);
        };
        try (HostNameResolver resolver = new HostNameResolver(late, this::apply)) {
            resolver.setNames(Set.of("old.example"));
            started.await();
            resolver.setNames(Set.of("new.example"));
            released.countDown();
            finished.await();
            awaitNames(resolver, "10.0.0.5", "new.example");
            assertEquals(List.of(), names("10.0.0.4"));
        } finally {
            released.countDown();
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
