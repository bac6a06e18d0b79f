package io.tiercel.sensor.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.sensor.bpf.RecordView;
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
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Host names get their addresses beside the stream, and into the state by records alone. */
class HostLookupTest {
    private final Map<String, List<String>> answers = new ConcurrentHashMap<>();
    private final NodeState state = new NodeState();
    private final RecordView view = new RecordView();

    private InetAddress[] answer(String name) throws UnknownHostException {
        List<String> addresses = answers.get(name);
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
        return state.hostNames().of(InetAddress.ofLiteral(address));
    }

    private void awaitNames(HostLookup lookup, String address, String... expected) {
        Awaitility.await().pollInSameThread().until(() -> {
            lookup.deliver();
            return Set.copyOf(names(address)).equals(Set.of(expected));
        });
    }

    @Test
    void anAddressHasAllNamesThatLeadToIt() {
        answers.put("one.example", List.of("10.0.0.1", "2001:db8::1"));
        answers.put("two.example", List.of("10.0.0.1"));
        try (HostLookup lookup = new HostLookup(this::answer, this::apply)) {
            lookup.want(Set.of("one.example", "two.example", "none.example"));
            awaitNames(lookup, "10.0.0.1", "one.example", "two.example");
            awaitNames(lookup, "2001:db8::1", "one.example");
            assertEquals(List.of(), names("10.0.0.2"));

            lookup.want(Set.of("two.example"));
            assertEquals(List.of("two.example"), names("10.0.0.1"));
            assertEquals(List.of(), names("2001:db8::1"));
        }
    }

    @Test
    void aSlowAnswerHoldsUpNeitherTheStreamNorOtherNames() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        answers.put("quick.example", List.of("10.0.0.3"));
        HostLookup.Resolver slow = name -> {
            if (name.startsWith("a-slow")) {
                asked.countDown();
                await(released);
            }
            return answer(name.startsWith("a-slow") ? "quick.example" : name);
        };
        try (HostLookup lookup = new HostLookup(slow, this::apply)) {
            lookup.want(Set.of("a-slow.example", "quick.example"));
            asked.await();
            awaitNames(lookup, "10.0.0.3", "quick.example");
            released.countDown();
            awaitNames(lookup, "10.0.0.3", "a-slow.example", "quick.example");
        } finally {
            released.countDown();
        }
    }

    @Test
    void answersToAnOlderQuestionAreNotTaken() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        answers.put("new.example", List.of("10.0.0.5"));
        HostLookup.Resolver late = name -> {
            if (name.equals("old.example")) {
                asked.countDown();
                await(released);
                answered.countDown();
                return new InetAddress[] {InetAddress.ofLiteral("10.0.0.4")};
            }
            return answer(name);
        };
        try (HostLookup lookup = new HostLookup(late, this::apply)) {
            lookup.want(Set.of("old.example"));
            asked.await();
            lookup.want(Set.of("new.example"));
            released.countDown();
            answered.await();
            awaitNames(lookup, "10.0.0.5", "new.example");
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
