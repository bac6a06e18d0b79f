package io.tiercel.functions.aws.respond;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.cloud.AwsEc2Api;
import io.tiercel.functions.cloud.AwsIamApi;
import io.tiercel.functions.lookup.EksClusterAccess;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.ec2.Ec2Api.Protection;
import io.tiercel.functions.respond.ec2.Ec2Api.SecurityGroupRule;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import io.tiercel.functions.respond.iam.IamApi;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.eks.EksClient;

/** Each call of the clients against moto, where the tests of actions do not make it. */
@Tag("packaged")
class AwsContractTest {
    private static Moto moto;
    private EmulatedAccount account;
    private Ec2Api ec2;

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.startOrSkip();
    }

    @BeforeEach
    void createAccount() {
        account = new EmulatedAccount(moto);
        ec2 = new AwsEc2Api(account.connection);
    }

    @AfterAll
    static void stop() throws Exception {
        if (moto != null) {
            moto.close();
        }
    }

    private Set<String> rules(String group) {
        return ec2.securityGroupRules(group).stream()
                .map(rule -> (rule.egress() ? "to " : "from ") + rule.peer() + " " + rule.protocol())
                .collect(Collectors.toSet());
    }

    private List<String> ruleIds(String group, boolean egress) {
        return ec2.securityGroupRules(group).stream()
                .filter(rule -> rule.egress() == egress)
                .map(SecurityGroupRule::id)
                .toList();
    }

    @Test
    void the_rules_of_a_group_are_changed_and_read() {
        String group = ec2.write(new Write.CreateSecurityGroup(account.vpc, "open", "all", Map.of("tiercel", "yes")));
        assertEquals(
                new Ec2Api.SecurityGroup(group, Map.of("tiercel", "yes")),
                ec2.securityGroup(account.vpc, "open").orElseThrow());
        assertTrue(ec2.securityGroup(account.vpc, "other").isEmpty());
        assertEquals(Set.of("to 0.0.0.0/0 -1", "to ::/0 -1"), rules(group), "the rules of a new group");
        for (String cidr : List.of("0.0.0.0/0", "::/0")) {
            assertEquals("", ec2.write(new Write.AllowAll(group, false, cidr)));
            assertEquals("", ec2.write(new Write.AllowAll(group, true, cidr)));
            assertEquals("", ec2.write(new Write.AllowAll(group, false, cidr)), "the rule is there");
        }
        assertEquals(Set.of("from 0.0.0.0/0 -1", "from ::/0 -1", "to 0.0.0.0/0 -1", "to ::/0 -1"), rules(group));

        ec2.write(new Write.RevokeRules(group, false, ruleIds(group, false)));
        assertEquals(Set.of("to 0.0.0.0/0 -1", "to ::/0 -1"), rules(group));
        ec2.write(new Write.RevokeRules(group, true, ruleIds(group, true)));
        assertEquals(Set.of(), rules(group));

        // The emulator revokes a rule that is given by its values only if it is the group's first one.
        ec2.write(new Write.AllowAll(group, true, "0.0.0.0/0"));
        assertEquals("", ec2.write(new Write.RevokeAllowAll(group, true, "0.0.0.0/0")));
        assertEquals(Set.of(), rules(group));
        assertEquals("", ec2.write(new Write.RevokeAllowAll(group, true, "0.0.0.0/0")), "the rule is gone");

        assertEquals("would succeed", ec2.dryRun(new Write.DeleteSecurityGroup(group)));
        assertEquals("", ec2.write(new Write.DeleteSecurityGroup(group)));
        assertEquals("", ec2.write(new Write.DeleteSecurityGroup(group)), "the group is gone");
    }

    @Test
    void an_instance_is_described_and_changed() {
        String id = account.instance(List.of(account.group("plain")));
        Ec2Api.Instance instance = ec2.instance(id).orElseThrow();
        assertEquals("arn:aws:ec2:eu-west-1:123456789012:instance/" + id, instance.arn());
        assertEquals("running", instance.state());
        Ec2Api.Volume volume = instance.volumes().getFirst();
        assertTrue(volume.deleteOnTermination());

        for (Protection protection : Protection.values()) {
            ec2.write(new Write.SetProtection(id, protection, true));
            assertTrue(ec2.isProtectedFrom(id, protection), protection::name);
            ec2.write(new Write.SetProtection(id, protection, false));
        }
        List<Ec2Api.Snapshot> taken =
                ec2.createSnapshots(new Write.CreateSnapshots(id, "evidence", Map.of("tiercel-step", "4f2a-0")));
        assertEquals(
                List.of(volume.id()),
                taken.stream().map(Ec2Api.Snapshot::volume).toList());
        assertEquals(
                taken.stream().map(Ec2Api.Snapshot::id).toList(),
                ec2.snapshots("tiercel-step", "4f2a-0").stream()
                        .map(Ec2Api.Snapshot::id)
                        .toList());
        assertEquals(List.of(), ec2.snapshots("tiercel-step", "4f2a-1"));
    }

    @Test
    void inline_policies_are_written_read_and_deleted() {
        IamApi iam = new AwsIamApi(account.connection);
        account.iam.createRole(
                create -> create.roleName("contract").assumeRolePolicyDocument("{\"Statement\": [\"a + b\"]}"));
        assertEquals(
                "{\"Statement\": [\"a + b\"]}",
                iam.role("contract").orElseThrow().trustPolicy());
        String document = "{\"Version\": \"2012-10-17\", \"Statement\": "
                + "[{\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}]}";
        iam.write(new IamApi.Write.PutRolePolicy("contract", "deny", document));
        assertEquals(Map.of("deny", document), iam.inlinePolicies("contract"));
        iam.write(new IamApi.Write.DeleteRolePolicy("contract", "deny"));
        assertEquals(Map.of(), iam.inlinePolicies("contract"));
        account.iam.deleteRole(delete -> delete.roleName("contract"));
    }

    @Test
    void the_endpoint_of_a_cluster_is_read() {
        EksClient eks = account.connection.client(EksClient.builder());
        eks.createCluster(create -> create.name("shop")
                .roleArn("arn:aws:iam::123456789012:role/eks")
                .resourcesVpcConfig(vpc -> vpc.subnetIds(account.subnet, account.secondSubnet)));
        EksClusterAccess access = new EksClusterAccess(account.connection);
        assertTrue(access.endpoint("shop").url().startsWith("https://"), access.endpoint("shop")::toString);
        ActionException failure = assertThrows(ActionException.class, () -> access.endpoint("none"));
        assertEquals(ActionException.Kind.PERMANENT, failure.kind());
    }

    @Test
    void a_manifest_is_an_object_in_s3() {
        account.bucket("manifests");
        assertEquals(
                "s3://manifests/prod/4f2a-0.json",
                S3EvidenceStore.at("s3://manifests/prod", account.connection).put("4f2a-0.json", "{\"a\":\"ü\"}"));
        assertEquals("{\"a\":\"ü\"}", account.object("manifests", "prod/4f2a-0.json"));
        ActionException failure = assertThrows(
                ActionException.class,
                () -> S3EvidenceStore.at("s3://absent", account.connection).put("a", "{}"));
        assertTrue(failure.getMessage().startsWith("PutObject: NoSuchBucket"), failure::toString);
        assertThrows(
                ActionException.class,
                () -> S3EvidenceStore.at("", account.connection).put("a", "{}"));
    }
}
