package io.tiercel.functions.aws.respond;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.EnrichmentSources;
import io.tiercel.functions.enrich.InstanceFacts;
import io.tiercel.functions.enrich.InstanceSource;
import io.tiercel.functions.enrich.LookupRecord;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.lookup.Ec2InstanceSource;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests enrichment with instances from EC2, including missing instances and errors of EC2. */
@Tag("packaged")
class Ec2InstanceSourceTest {
    private static final String ABSENT = "i-0123456789abcdef0";

    @RegisterExtension
    static final WireMockExtension FAILING_EC2 = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private static Moto moto;
    private static EmulatedAccount account;

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.startOrSkip();
        account = new EmulatedAccount(moto);
    }

    @AfterAll
    static void stop() throws Exception {
        if (moto != null) {
            moto.close();
        }
    }

    private static Enrichment enriched(InstanceSource ec2, String instance) {
        Alert alert = new Alert(
                "node-7/5a1c0f3e-0d5c-4d8e-9b39-0f1d5a2f7c11/42",
                "node-7",
                1_700_000_000_000_000_000L,
                Priority.WARNING,
                "Sensitive file read by untrusted program",
                "syscall",
                List.of("T1003.008"),
                "output",
                new TreeMap<>(Map.of("ec2.instance.id", instance, "container.id", "host")));
        return new Enricher(
                        "prod", AttackTechniques.load(), EnrichmentSources.NONE.with(ec2, null), InstantSource.system())
                .enrich(alert);
    }

    private static List<String> outcomes(Enrichment enrichment) {
        return enrichment.lookups().stream()
                .filter(lookup -> lookup.source().equals("ec2"))
                .map(LookupRecord::outcome)
                .toList();
    }

    @Test
    void an_instance_has_network_interfaces_tags_and_a_profile() {
        String firstGroup = account.group("facts-one");
        String secondGroup = account.group("facts-two");
        String instance = account.instance(List.of(secondGroup, firstGroup));
        String second = account.networkInterface(List.of(firstGroup), Map.of());
        account.attach(second, instance, 1);
        account.networkInterface(List.of(secondGroup), Map.of("vpcresources.k8s.aws/trunk-eni-id", second));
        account.tag(instance, Map.of("team", "shop & <co>"));
        account.giveProfile(instance, "facts");

        Enrichment enrichment = enriched(new Ec2InstanceSource(account.connection), instance);
        assertEquals(List.of(LookupRecord.FOUND), outcomes(enrichment));
        InstanceFacts facts = enrichment.instance();
        assertNotNull(facts);
        assertEquals(instance, facts.id());
        assertEquals("123456789012", facts.account());
        assertEquals("running", facts.state());
        assertEquals("m5.large", facts.type());
        assertEquals(account.vpc, facts.vpc());
        assertEquals(account.subnet, facts.subnet());
        assertEquals("arn:aws:iam::123456789012:instance-profile/facts", facts.profile());
        assertNull(facts.autoScalingGroup());
        assertEquals(Map.of("team", "shop & <co>"), facts.tags());
        assertEquals(Stream.of(firstGroup, secondGroup).sorted().toList(), facts.groups());

        assertEquals(2, facts.interfaces().size(), "branch interfaces do not belong to the instance: " + facts);
        InstanceFacts.Interface first = facts.interfaces().getFirst();
        assertEquals(Stream.of(firstGroup, secondGroup).sorted().toList(), first.groups());
        assertEquals(account.subnet, first.subnet());
        assertTrue(first.addresses().stream().allMatch(address -> address.startsWith("10.0.1.")), first.toString());
        InstanceFacts.Interface other = facts.interfaces().getLast();
        assertEquals(second, other.id());
        assertEquals(List.of(firstGroup), other.groups());
        assertEquals(1, other.addresses().size());
    }

    @Test
    void an_instance_of_an_auto_scaling_group_names_it() {
        String instance = account.instanceOfAutoScalingGroup("facts");
        InstanceFacts facts =
                enriched(new Ec2InstanceSource(account.connection), instance).instance();
        assertNotNull(facts);
        assertEquals("facts", facts.autoScalingGroup());
    }

    @Test
    void a_missing_instance_is_absent_and_a_terminated_one_is_described() {
        Enrichment absent = enriched(new Ec2InstanceSource(account.connection), ABSENT);
        assertNull(absent.instance());
        assertEquals(List.of(LookupRecord.ABSENT), outcomes(absent));

        String ended = account.instance(List.of(account.group("facts-ended")));
        account.ec2.terminateInstances(terminate -> terminate.instanceIds(ended));
        InstanceFacts facts =
                enriched(new Ec2InstanceSource(account.connection), ended).instance();
        assertNotNull(facts);
        assertEquals("terminated", facts.state());
    }

    @ParameterizedTest
    @CsvSource({
        "403, UnauthorizedOperation, You are not authorized",
        "503, RequestLimitExceeded, Request limit exceeded.",
    })
    void an_ec2_error_omits_only_the_instance(int status, String code, String message) {
        FAILING_EC2.stubFor(
                any(anyUrl()).willReturn(aResponse().withStatus(status).withBody("""
                        <Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors>
                        <RequestID>1</RequestID></Response>""".formatted(code, message))));
        AwsConnection failing = new AwsConnection(
                account.connection.http(),
                account.connection.credentials(),
                account.connection.region(),
                URI.create("http://127.0.0.1:" + FAILING_EC2.getPort()),
                account.connection.timeouts());
        Enrichment enrichment = enriched(new Ec2InstanceSource(failing), ABSENT);
        assertNull(enrichment.instance());
        String outcome = outcomes(enrichment).getFirst();
        assertTrue(
                outcome.startsWith("failed: DescribeInstances: " + code) || outcome.equals(LookupRecord.TIMED_OUT),
                outcome);
        assertEquals(ABSENT, enrichment.host().instanceId());
        assertEquals(List.of("Credential Access"), enrichment.tactics());
    }
}
