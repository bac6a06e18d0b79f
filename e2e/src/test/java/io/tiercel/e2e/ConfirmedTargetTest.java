package io.tiercel.e2e;

import static io.tiercel.e2e.ShopCluster.LIMIT;
import static io.tiercel.e2e.ShopCluster.states;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a real read of {@code /etc/shadow} in a pod to its isolation, and from forged alerts to nothing. The request log of the
 * emulated AWS account and the audit log of the cluster are the witnesses.
 */
@Tag("cluster")
@ExtendWith(SharedNode.class)
class ConfirmedTargetTest {
    private static final String RULE = "Sensitive file read by untrusted program";
    private static final String OWN_RULE = "A file of interest is read";
    private static final String FALSE_CLAIM = "Sensor claims another node";
    private static final String CONTAINER = "container shop main";
    private static final String SHADOW = "/etc/shadow";
    private static final String INTEREST = "/etc/interest";
    private static final String QUARANTINE = "tiercel-quarantine";
    private static final int RESERVED_IDS = 50;
    private static final Duration POLL = Duration.ofMillis(500);

    private static final ShopCluster.Contents CONTENTS = new ShopCluster.Contents("""
            - rule: A file of interest is read
              desc: The file whose alert shows the sensor's current id.
              condition: evt.type in (open, openat) and evt.is_open_read = true and fd.name = /etc/interest
              output: read file=%fd.name
              priority: NOTICE
            """, """
            - policy: Contain what reads secrets
              desc: cuts off the pod and its instance
              match: {rules: ["Sensitive file read by untrusted program"]}
              mode: auto
              cap: {max: 100, within: 1h}
              actions:
                - ec2:isolate
                - iam:revoke-sessions: {scope: pod}
                - k8s:isolate-pod
            """, List.of(SHADOW, INTEREST));

    private static final Set<String> SETTLED = Set.of("waiting", "skipped");

    /** A step stays planned while a source does not answer. */
    private static final Set<String> PENDING = Set.of("waiting", "skipped", "planned");

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

    @Test
    void genuineAlertIsolatesItsTargetsAndForgedAlertsIsolateNothing(KubeNode node) throws Exception {
        AwsStandIn.assumeInstalled();
        try (AwsStandIn account = AwsStandIn.start(node, folder, ShopCluster.CLUSTER, ShopCluster.ROLE)) {
            aws = account;
            shop = ShopCluster.install(folder, node, aws, CONTENTS, "[kubernetes]");
            accountBefore = new AccountState(aws.state());
            clusterBefore = shop.state();
            try {
                SensorTokens tokens = SensorTokens.copying(node, shop.tokenOfSensor(shop.sensorPod()));
                forgedAlertsIsolateNothing(tokens);
                List<String> reserved = reserveNextIds();
                genuineAlertIsolates(reserved);
                releaseRestores();
            } catch (Exception | AssertionError e) {
                e.addSuppressed(new AssertionError(shop.server.logs()));
                throw e;
            }
        }
    }

    private void forgedAlertsIsolateNothing(SensorTokens tokens) throws Exception {
        Forgeries forgeries = new Forgeries(shop);
        List<Forgery> ec2IsNotAsked = forgeries.ofAnotherInstance("ec2-is-not-asked");
        post(ec2IsNotAsked);
        awaitSettled(ec2IsNotAsked);
        nothingIsChanged();

        shop.upgrade("[aws, kubernetes]");
        List<Forgery> all = forgeries.all(tokens);
        post(all);
        awaitSettled(all);
        nothingIsChanged();

        List<Forgery> ec2IsStopped = forgeries.ofAnotherInstance("ec2-is-stopped");
        aws.suspend();
        try {
            post(ec2IsStopped);
            awaitSettled(List.of(ec2IsStopped.getFirst())); // An unverified sender causes no lookup.
        } finally {
            aws.resume();
        }
        awaitSettled(ec2IsStopped);
        nothingIsChanged();

        assertTrue(
                aws.requests().stream().anyMatch(request -> request.action().equals("DescribeInstances")),
                "the server asks the emulated account");
        assertTrue(
                shop.server
                                .get("/incidents?rule=" + FALSE_CLAIM.replace(" ", "%20"))
                                .size()
                        > 1,
                "each sensor that claims another node raises an alert");
        assertSensorReadsNoIncidents(null);
        assertSensorReadsNoIncidents("Bearer " + shop.tokenOfSensor(shop.sensorPod()));
    }

    private void assertSensorReadsNoIncidents(@Nullable String authorization) throws Exception {
        assertEquals(
                401,
                shop.server.call("GET", "/incidents", authorization, null).status(),
                "a sensor reads no incidents");
    }

    /** Posts each forgery twice: with a file of its own, so that it has an incident, and into the incident of the genuine alert. */
    private void post(List<Forgery> forgeries) throws Exception {
        for (Forgery forgery : forgeries) {
            String alerts = forgery.alert("forged/" + forgery.name(), fileOf(forgery)) + "\n"
                    + forgery.alert("forged-again/" + forgery.name(), SHADOW);
            ServerInCluster.Response response = shop.server.post(forgery.token(), alerts);
            assertEquals(202, response.status(), response.body());
            assertEquals(2, response.json().path("accepted").asInt(), response.body());
        }
    }

    private static String fileOf(Forgery forgery) {
        return SHADOW + "/" + forgery.name();
    }

    /** Returns the incident of one forgery, which must exist. */
    private JsonNode incidentOf(Forgery forgery) throws Exception {
        return await().atMost(LIMIT)
                .pollInterval(POLL)
                .until(() -> shop.incident(RULE, "", fileOf(forgery)), incident -> !incident.isMissingNode());
    }

    /** Waits until every step of each forgery waits for approval or is skipped. The incident must say why. */
    private void awaitSettled(List<Forgery> forgeries) throws Exception {
        for (Forgery forgery : forgeries) {
            await().atMost(LIMIT).pollInterval(POLL).until(() -> {
                JsonNode incident = incidentOf(forgery);
                if (incident.at("/plan/id").isNull()) {
                    // This is the preview of a plan that is not stored yet.
                    return false;
                }
                Set<String> states = Set.copyOf(states(incident).values());
                assertTrue(PENDING.containsAll(states), incident::toPrettyString);
                return !states.isEmpty() && SETTLED.containsAll(states);
            });
            String text = incidentOf(forgery).toPrettyString();
            for (String reason : forgery.reasons()) {
                assertTrue(Pattern.compile(reason).matcher(text).find(), () -> reason + " is not in " + text);
            }
        }
    }

    private void nothingIsChanged() throws Exception {
        assertEquals(List.of(), aws.writes());
        assertEquals(List.of(), shop.writes());
        assertEquals(accountBefore, new AccountState(aws.state()));
        assertEquals(clusterBefore, shop.state());
    }

    /** Posts alerts with the ids that the sensor assigns next, without a credential and with another sensor's. */
    private List<String> reserveNextIds() throws Exception {
        shop.readInCart(INTEREST);
        String id = await().atMost(LIMIT)
                .pollInterval(POLL)
                .until(() -> shop.incident(OWN_RULE, CONTAINER, INTEREST), incident -> !incident.isMissingNode())
                .at("/sample/0/id")
                .asText();
        int end = id.lastIndexOf('/') + 1;
        long number = Long.parseLong(id.substring(end));
        List<String> ids = new ArrayList<>();
        for (long next = number + 1; next <= number + RESERVED_IDS; next++) {
            ids.add(id.substring(0, end) + next);
        }
        for (String token : new String[] {null, shop.tokenOfSensor("sensor-elsewhere")}) {
            Forgery forgery = new Forgery("reserved-id", token, shop.cartOnItsNode(), List.of());
            String batch = ids.stream()
                    .map(next -> forgery.alert(next, SHADOW).toString())
                    .collect(Collectors.joining("\n"));
            ServerInCluster.Response response = shop.server.post(token, batch);
            assertEquals(RESERVED_IDS, response.json().path("accepted").asInt(), response.body());
        }
        return ids;
    }

    private void genuineAlertIsolates(List<String> reserved) throws Exception {
        // EC2 does not answer when the alert arrives: the targets are looked up again.
        aws.suspend();
        try {
            shop.readInCart(SHADOW);
            await().atMost(LIMIT)
                    .pollInterval(POLL)
                    .until(() -> states(shop.incident(RULE, CONTAINER, SHADOW)).containsValue("planned"));
        } finally {
            aws.resume();
        }
        JsonNode incident = awaitSteps(Set.of("applied", "partial"));
        assertEquals("applied", states(incident).get(isolateInstance()), incident::toPrettyString);
        assertEquals("applied", states(incident).get(revokeSessions()), incident::toPrettyString);
        String id = shop.alertsOfSensor().stream()
                .filter(alert -> alert.path("rule").asText().equals(RULE))
                .map(alert -> alert.path("id").asText())
                .reduce((first, last) -> last)
                .orElseThrow();
        assertTrue(reserved.contains(id), id);

        AccountState account = new AccountState(aws.state());
        Map<String, Set<String>> before = accountBefore.groups(shop.instance);
        assertEquals(2, before.size(), before::toString);
        assertEquals(2, Set.copyOf(before.values()).size(), "the interfaces have different groups");
        Map<String, Set<String>> isolated = account.groups(shop.instance);
        assertEquals(before.keySet(), isolated.keySet());
        isolated.values().forEach(groups -> assertEquals(Set.of(account.groupId(QUARANTINE)), groups));
        assertEquals(accountBefore.groups(shop.otherInstance), account.groups(shop.otherInstance));
        assertEquals(accountBefore.role("node"), account.role("node"));
        sessionsOfThePodAreDenied(account.role(ShopCluster.ROLE).path("inline"));

        JsonNode labels = shop.pod("cart").at("/metadata/labels");
        assertFalse(labels.has("app"), labels::toString);
        assertEquals("front", labels.path("tier").asText());
        assertEquals(1, shop.state().at("/networkpolicies/items").size());
        onlyTheNodeAndItsPodAreChanged();
    }

    private String isolateInstance() {
        return "ec2:isolate instance " + shop.instance;
    }

    private static String revokeSessions() {
        return "iam:revoke-sessions pod shop/cart";
    }

    private static String isolatePod() {
        return "k8s:isolate-pod pod shop/cart";
    }

    /** Waits until the three steps about the pod and its node have one of the states. */
    private JsonNode awaitSteps(Set<String> accepted) {
        List<String> steps = List.of(isolateInstance(), revokeSessions(), isolatePod());
        return await().atMost(LIMIT)
                .pollInterval(POLL)
                .until(
                        () -> shop.incident(RULE, CONTAINER, SHADOW),
                        incident -> steps.stream()
                                .allMatch(step ->
                                        accepted.contains(states(incident).getOrDefault(step, ""))));
    }

    /** The role keeps its own policy and has one more. */
    private void sessionsOfThePodAreDenied(JsonNode inline) throws Exception {
        Set<String> names = new HashSet<>();
        inline.fieldNames().forEachRemaining(names::add);
        assertEquals(2, names.size(), inline::toString);
        names.remove("own");
        JsonNode statement = inline.path(names.iterator().next()).at("/Statement/0");
        assertEquals("Deny", statement.path("Effect").asText());
        assertEquals(
                shop.uid("cart"),
                statement
                        .at("/Condition/StringEquals/aws:PrincipalTag~1kubernetes-pod-uid")
                        .asText(),
                statement::toString);
    }

    private void onlyTheNodeAndItsPodAreChanged() throws Exception {
        Set<String> interfaces = accountBefore.groups(shop.instance).keySet();
        List<AwsStandIn.Request> writes = aws.writes();
        assertNotEquals(List.of(), writes);
        for (AwsStandIn.Request write : writes) {
            String networkInterface = write.parameters().get("NetworkInterfaceId");
            assertTrue(networkInterface == null || interfaces.contains(networkInterface), write::toString);
            assertEquals(
                    write.service().equals("iam") ? ShopCluster.ROLE : null,
                    write.parameters().get("RoleName"),
                    write::toString);
            assertFalse(write.parameters().containsValue(shop.otherInstance), write::toString);
        }
        for (String write : shop.writes()) {
            assertTrue(
                    write.matches("(create|delete) .*/namespaces/shop/networkpolicies.*|patch .*/shop/pods/cart\\b.*"),
                    write);
        }
    }

    private void releaseRestores() throws Exception {
        shop.server.act(shop.incident(RULE, CONTAINER, SHADOW).path("id").asText(), "release");
        awaitSteps(Set.of("released"));
        // The group without rules stays for the next isolation.
        assertEquals(accountBefore, new AccountState(aws.state()).withoutEmptyGroup(QUARANTINE));
        assertEquals(clusterBefore, shop.state());
        onlyTheNodeAndItsPodAreChanged();
    }
}
