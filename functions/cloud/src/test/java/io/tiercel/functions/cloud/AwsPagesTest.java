package io.tiercel.functions.cloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.cloud.AwsStub.Service;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.ec2.LoadBalancingApi.Registration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Listings with several pages. */
@Tag("unit")
class AwsPagesTest {
    private final AwsStub aws = new AwsStub();
    private final AwsConnection connection = StubConnection.to(aws.url());
    private final AwsEc2Api ec2 = new AwsEc2Api(connection);

    @AfterEach
    void stop() {
        aws.close();
    }

    /** Answers with two pages that have one item each. */
    private void ec2Pages(String action, String set, String first, String second) {
        aws.page(Service.EC2, action, "NextToken", null, ec2Page(set, first, "<nextToken>t1</nextToken>"));
        aws.page(Service.EC2, action, "NextToken", "t1", ec2Page(set, second, ""));
    }

    private static String ec2Page(String set, String item, String token) {
        return "<r><" + set + "><item>" + item + "</item></" + set + ">" + token + "</r>";
    }

    @Test
    void interfaces_of_all_pages_are_returned() {
        ec2Pages(
                "DescribeNetworkInterfaces",
                "networkInterfaceSet",
                "<networkInterfaceId>eni-1</networkInterfaceId><vpcId>vpc-1</vpcId>",
                "<networkInterfaceId>eni-2</networkInterfaceId><vpcId>vpc-1</vpcId><interfaceType>trunk</interfaceType>");
        assertEquals(
                List.of(
                        new Ec2Api.NetworkInterface("eni-1", "vpc-1", "interface", List.of(), List.of()),
                        new Ec2Api.NetworkInterface("eni-2", "vpc-1", "trunk", List.of(), List.of())),
                ec2.branchInterfaces("eni-0"));
        assertEquals(
                Map.of(
                        "Action", "DescribeNetworkInterfaces",
                        "Filter.1.Name", "tag:vpcresources.k8s.aws/trunk-eni-id",
                        "Filter.1.Value.1", "eni-0",
                        "MaxResults", "1000"),
                aws.parameters().getFirst());
    }

    @Test
    void rules_of_all_pages_are_returned() {
        ec2Pages(
                "DescribeSecurityGroupRules",
                "securityGroupRuleSet",
                "<securityGroupRuleId>sgr-1</securityGroupRuleId><groupId>sg-1</groupId><isEgress>true</isEgress>"
                        + "<ipProtocol>-1</ipProtocol><cidrIpv6>::/0</cidrIpv6>",
                "<securityGroupRuleId>sgr-2</securityGroupRuleId><groupId>sg-1</groupId><isEgress>false</isEgress>"
                        + "<ipProtocol>tcp</ipProtocol><referencedGroupInfo><groupId>sg-9</groupId></referencedGroupInfo>");
        List<Ec2Api.SecurityGroupRule> rules = ec2.securityGroupRules("sg-1");
        assertEquals(
                List.of("sgr-1", "sgr-2"),
                rules.stream().map(Ec2Api.SecurityGroupRule::id).toList());
        assertEquals(
                List.of("::/0", "sg-9"),
                rules.stream().map(Ec2Api.SecurityGroupRule::peer).toList());
        assertTrue(rules.getFirst().egress());
    }

    @Test
    void groups_snapshots_and_instances_of_all_pages_are_returned() {
        ec2Pages(
                "DescribeSecurityGroups",
                "securityGroupInfo",
                "",
                "<groupId>sg-2</groupId><tagSet><item><key>a</key><value>b</value></item></tagSet>");
        aws.page(
                Service.EC2,
                "DescribeSecurityGroups",
                "NextToken",
                null,
                "<r><securityGroupInfo/><nextToken>t1</nextToken></r>");
        assertEquals(
                new Ec2Api.SecurityGroup("sg-2", Map.of("a", "b")),
                ec2.securityGroup("vpc-1", "name").orElseThrow());
        ec2Pages(
                "DescribeSnapshots",
                "snapshotSet",
                "<snapshotId>snap-1</snapshotId><volumeId>vol-1</volumeId><status>pending</status>",
                "<snapshotId>snap-2</snapshotId><volumeId>vol-2</volumeId><status>completed</status>");
        assertEquals(
                List.of(
                        new Ec2Api.Snapshot("snap-1", "vol-1", "pending"),
                        new Ec2Api.Snapshot("snap-2", "vol-2", "completed")),
                ec2.snapshots("tiercel", "step"));
        ec2Pages(
                "DescribeInstances",
                "reservationSet",
                "<instancesSet><item><instanceId>i-1</instanceId></item></instancesSet>",
                "<instancesSet><item><instanceId>i-2</instanceId></item></instancesSet>");
        assertEquals(List.of("i-1", "i-2"), ec2.instancesWithProfile("arn:aws:iam::1:instance-profile/p"));
    }

    @Test
    void target_groups_of_all_pages_are_searched() {
        aws.page(
                Service.LOAD_BALANCING,
                "DescribeTargetGroups",
                "Marker",
                null,
                "<r><DescribeTargetGroupsResult><TargetGroups><member><TargetGroupArn>one</TargetGroupArn>"
                        + "<TargetType>ip</TargetType></member></TargetGroups><NextMarker>m</NextMarker>"
                        + "</DescribeTargetGroupsResult></r>");
        aws.page(
                Service.LOAD_BALANCING,
                "DescribeTargetGroups",
                "Marker",
                "m",
                "<r><DescribeTargetGroupsResult><TargetGroups><member><TargetGroupArn>two</TargetGroupArn>"
                        + "<TargetType>instance</TargetType></member></TargetGroups></DescribeTargetGroupsResult></r>");
        aws.answer(
                Service.LOAD_BALANCING,
                "DescribeTargetHealth",
                "<r><DescribeTargetHealthResult><TargetHealthDescriptions>"
                        + target("i-1", 80, "healthy", "")
                        + target("i-1", 81, "draining", "")
                        + target("i-1", 82, "unused", "<Reason>Target.NotInUse</Reason>")
                        + target("i-1", 83, "unused", "<Reason>Target.NotRegistered</Reason>")
                        + target("i-2", 84, "healthy", "")
                        + "</TargetHealthDescriptions></DescribeTargetHealthResult></r>");
        assertEquals(
                List.of(new Registration("two", 80), new Registration("two", 82)),
                new AwsLoadBalancingApi(connection).registrations("i-1"));
    }

    private static String target(String instance, int port, String state, String reason) {
        return "<member><Target><Id>" + instance + "</Id><Port>" + port + "</Port></Target><TargetHealth><State>"
                + state + "</State>" + reason + "</TargetHealth></member>";
    }

    @Test
    void inline_policies_of_all_pages_are_read() {
        aws.page(
                Service.IAM,
                "ListRolePolicies",
                "Marker",
                null,
                "<r><ListRolePoliciesResult><PolicyNames><member>one</member></PolicyNames><IsTruncated>true</IsTruncated>"
                        + "<Marker>m</Marker></ListRolePoliciesResult></r>");
        aws.page(
                Service.IAM,
                "ListRolePolicies",
                "Marker",
                "m",
                "<r><ListRolePoliciesResult><PolicyNames><member>two</member></PolicyNames><IsTruncated>false</IsTruncated>"
                        + "</ListRolePoliciesResult></r>");
        aws.answer(
                Service.IAM,
                "GetRolePolicy",
                "<r><GetRolePolicyResult><PolicyDocument>%7B%22a%22%3A+%20%22b%22%7D</PolicyDocument>"
                        + "</GetRolePolicyResult></r>");
        assertEquals(
                Map.of("one", "{\"a\":+ \"b\"}", "two", "{\"a\":+ \"b\"}"),
                new AwsIamApi(connection).inlinePolicies("role"));
    }

    @Test
    void a_listing_without_end_is_limited() {
        String page = ec2Page(
                "snapshotSet",
                "<snapshotId>snap-1</snapshotId><volumeId>vol-1</volumeId>",
                "<nextToken>t1</nextToken>");
        aws.answer(Service.EC2, "DescribeSnapshots", page);
        ActionException failure = assertThrows(ActionException.class, () -> ec2.snapshots("a", "b"));
        assertEquals("DescribeSnapshots returned more than 10 pages", failure.getMessage());
        aws.verifyRequests(Pages.MAX_PAGES);
    }
}
