package io.tiercel.e2e;

import static io.tiercel.e2e.ShopCluster.LIMIT;
import static io.tiercel.e2e.ShopCluster.states;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two incidents of one pod isolate it and its instance. The isolation holds until both are released, also while EC2 throttles and
 * after the server was killed.
 */
@Tag("cluster")
@ExtendWith(SharedNode.class)
class OverlapTest {
    private static final String LEDGER = "A ledger is read";
    private static final String JOURNAL = "A journal is read";
    private static final String VAULT = "A vault is read";
    private static final String CONTAINER = "container shop main";
    private static final String QUARANTINE = "tiercel-quarantine";
    private static final String MOVE = "ModifyNetworkInterfaceAttribute";
    private static final String EXPOSED = "tiercel_responses_exposed";
    /** After a kill, leases and locks expire after 90 seconds, and the next sweep is up to a minute later. */
    private static final Duration STEP_LIMIT = Duration.ofMinutes(4);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Set<String> IN_FORCE = Set.of("applied", "partial");

    private static final String RULES = """
            - rule: %s
              desc: One of two behaviors of the pod.
              condition: evt.type in (open, openat) and evt.is_open_read = true and fd.name startswith /etc/ledger
              output: read file=%%fd.name
              priority: WARNING
            - rule: %s
              desc: The other behavior of the pod.
              condition: evt.type in (open, openat) and evt.is_open_read = true and fd.name startswith /etc/journal
              output: read file=%%fd.name
              priority: WARNING
            - rule: %s
              desc: The behavior that cuts tracked connections.
              condition: evt.type in (open, openat) and evt.is_open_read = true and fd.name startswith /etc/vault
              output: read file=%%fd.name
              priority: WARNING
            """.formatted(LEDGER, JOURNAL, VAULT);

    private static final String POLICIES = """
            - policy: Contain the reader
              desc: isolates the pod and its instance
              match: {rules: ["%s", "%s"]}
              mode: auto
              cap: {max: 100, within: 1h}
              actions: [k8s:label, k8s:isolate-pod, ec2:isolate]
            - policy: Cut the connections of the reader
              desc: isolates the instance through the open group
              match: {rules: ["%s"]}
              mode: auto
              cap: {max: 100, within: 1h}
              actions:
                - ec2:isolate: {cut_tracked: always}
            """.formatted(LEDGER, JOURNAL, VAULT);

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private AwsStandIn aws;

    @SuppressWarnings("NullAway.Init")
    private ShopCluster shop;

    @SuppressWarnings("NullAway.Init")
    private AccountState accountBefore;

    @SuppressWarnings("NullAway.Init")
    private JsonNode clusterBefore;

    private static String ledger(int round) {
        return "/etc/ledger" + round;
    }

    private static String journal(int round) {
        return "/etc/journal" + round;
    }

    @Test
    void isolationHoldsUntilTheLastIncidentIsReleased(KubeNode node) throws Exception {
        AwsStandIn.assumeInstalled();
        List<String> files = Stream.concat(
                        Stream.of("/etc/vault"), Stream.of(1, 2, 3).flatMap(n -> Stream.of(ledger(n), journal(n))))
                .toList();
        try (AwsStandIn account = AwsStandIn.start(node, folder, ShopCluster.CLUSTER, ShopCluster.ROLE)) {
            aws = account;
            shop = ShopCluster.install(
                    folder, node, aws, new ShopCluster.Contents(RULES, POLICIES, files), "[aws, kubernetes]");
            accountBefore = new AccountState(aws.state());
            clusterBefore = shop.state();
            try {
                twoIncidentsHoldOneTarget();
                theOpenHopIsRecorded();
                throttlingEndsInTheSameState();
                killingTheServerEndsInTheSameState();
            } catch (Exception | AssertionError e) {
                e.addSuppressed(new AssertionError(shop.server.logs()));
                throw e;
            }
        }
    }

    private void twoIncidentsHoldOneTarget() throws Exception {
        shop.readInCart(ledger(1));
        JsonNode first = awaitSteps(LEDGER, ledger(1), IN_FORCE);
        shop.readInCart(journal(1));
        JsonNode second = awaitSteps(JOURNAL, journal(1), IN_FORCE);
        String text = second.toString();
        assertTrue(
                text.contains("already isolated by incident " + first.path("id").asText() + ", held by 2"),
                second::toPrettyString);
        isolated();

        release(first);
        awaitSteps(LEDGER, ledger(1), Set.of("released"));
        isolated();
        release(second);
        awaitSteps(JOURNAL, journal(1), Set.of("released"));
        restored();
    }

    /** The second move fails for a while: a metric raises the alarm until the interfaces are in quarantine. */
    private void theOpenHopIsRecorded() throws Exception {
        aws.throttle(MOVE, quarantine(), 1);
        shop.readInCart("/etc/vault");
        await().atMost(LIMIT).pollInterval(POLL).until(() -> shop.server.metric(EXPOSED), exposed -> exposed >= 1);
        assertTrue(aws.serveAll() > 0);
        await().atMost(LIMIT).pollInterval(POLL).until(() -> isQuarantined());
        await().atMost(LIMIT).pollInterval(POLL).until(() -> shop.server.metric(EXPOSED), exposed -> exposed == 0);
        JsonNode incident = awaitStates(VAULT, "/etc/vault", List.of(isolateInstance()), IN_FORCE);
        release(incident);
        awaitStates(VAULT, "/etc/vault", List.of(isolateInstance()), Set.of("released"));
        restored();
    }

    private void throttlingEndsInTheSameState() throws Exception {
        aws.throttle(".*", "", 2);
        shop.readInCart(ledger(2));
        shop.readInCart(journal(2));
        JsonNode first = awaitSteps(LEDGER, ledger(2), IN_FORCE);
        JsonNode second = awaitSteps(JOURNAL, journal(2), IN_FORCE);
        isolated();
        release(second);
        awaitSteps(JOURNAL, journal(2), Set.of("released"));
        isolated();
        release(first);
        awaitSteps(LEDGER, ledger(2), Set.of("released"));
        assertTrue(aws.serveAll() > 0);
        restored();
    }

    private void killingTheServerEndsInTheSameState() throws Exception {
        String second = accountBefore.groups(shop.instance).keySet().stream()
                .reduce((_, last) -> last)
                .orElseThrow();
        aws.hold(MOVE, second);
        shop.readInCart(ledger(3));
        shop.readInCart(journal(3));
        await().atMost(LIMIT).pollInterval(POLL).until(() -> aws.throttled() > 0);
        shop.server.kill();
        aws.serveAll();
        JsonNode ledger = awaitSteps(LEDGER, ledger(3), IN_FORCE);
        JsonNode journal = awaitSteps(JOURNAL, journal(3), IN_FORCE);
        isolated();
        release(ledger);
        release(journal);
        awaitSteps(LEDGER, ledger(3), Set.of("released"));
        awaitSteps(JOURNAL, journal(3), Set.of("released"));
        restored();
    }

    private String isolateInstance() {
        return "ec2:isolate instance " + shop.instance;
    }

    private JsonNode awaitSteps(String rule, String file, Set<String> accepted) {
        return awaitStates(
                rule,
                file,
                List.of(isolateInstance(), "k8s:isolate-pod pod shop/cart", "k8s:label pod shop/cart"),
                accepted);
    }

    /** Waits until each step of an incident has one of the states. */
    private JsonNode awaitStates(String rule, String file, List<String> steps, Set<String> accepted) {
        return await().atMost(STEP_LIMIT)
                .pollInterval(POLL)
                .until(() -> shop.incident(rule, CONTAINER, file), incident -> {
                    Map<String, String> states = states(incident);
                    return steps.stream().allMatch(step -> accepted.contains(states.getOrDefault(step, "")));
                });
    }

    private void release(JsonNode incident) throws Exception {
        shop.server.act(incident.path("id").asText(), "release");
    }

    private String quarantine() throws Exception {
        return new AccountState(aws.state()).groupId(QUARANTINE);
    }

    private boolean isQuarantined() throws Exception {
        AccountState account = new AccountState(aws.state());
        Map<String, Set<String>> groups = account.groups(shop.instance);
        assertEquals(2, groups.size(), groups::toString);
        return Set.copyOf(groups.values()).equals(Set.of(Set.of(account.groupId(QUARANTINE))));
    }

    /** The API server and EC2 say that the pod and both interfaces of its instance are isolated. */
    private void isolated() throws Exception {
        assertTrue(isQuarantined(), () -> "not in quarantine");
        JsonNode labels = shop.pod("cart").at("/metadata/labels");
        assertFalse(labels.has("app"), labels::toString);
        assertEquals("front", labels.path("tier").asText());
        assertEquals("true", labels.path("tiercel.io/suspect").asText(), labels::toString);
        assertEquals(1, shop.state().at("/networkpolicies/items").size());
    }

    /** The complete descriptions are as before. The group without rules stays for the next isolation. */
    private void restored() throws Exception {
        assertEquals(accountBefore, new AccountState(aws.state()).withoutEmptyGroup(QUARANTINE));
        assertEquals(clusterBefore, shop.state());
        assertEquals(0, shop.server.metric(EXPOSED));
    }
}
