package io.tiercel.functions.cloud;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.http.Fault;
import io.tiercel.functions.cloud.AwsStub.Service;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionException.Kind;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import io.tiercel.functions.respond.ec2.LoadBalancingApi;
import io.tiercel.functions.respond.iam.IamApi;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Throttling, missing and failed responses of every client: what is retried, how long, and as which kind it is reported. */
@Tag("unit")
class AwsFaultsTest {
    private static final int ATTEMPTS = 3;

    private final AwsStub aws = new AwsStub();
    private final AwsConnection connection = StubConnection.to(aws.url());
    private final AwsEc2Api ec2 = new AwsEc2Api(connection);

    @AfterEach
    void stop() {
        aws.close();
    }

    private static Arguments call(
            Service service, int throttled, String code, String action, String response, Consumer<AwsConnection> call) {
        return Arguments.of(service, throttled, code, action, response, call);
    }

    /** One read and one write of each service, with its status and code of throttling. */
    static Stream<Arguments> calls() {
        return Stream.of(
                call(
                        Service.EC2,
                        503,
                        "RequestLimitExceeded",
                        "DescribeNetworkInterfaces",
                        "<r><networkInterfaceSet/></r>",
                        aws -> new AwsEc2Api(aws).attachedInterfaces("i-1")),
                call(
                        Service.EC2,
                        503,
                        "RequestLimitExceeded",
                        "ModifyNetworkInterfaceAttribute",
                        "<r><return>true</return></r>",
                        aws -> new AwsEc2Api(aws).write(new Write.SetSecurityGroups("eni-1", List.of("sg-1")))),
                call(
                        Service.AUTO_SCALING,
                        400,
                        "Throttling",
                        "DescribeAutoScalingInstances",
                        "<r><DescribeAutoScalingInstancesResult/></r>",
                        aws -> new AwsAutoScalingApi(aws).membership("i-1")),
                call(
                        Service.LOAD_BALANCING,
                        400,
                        "Throttling",
                        "DeregisterTargets",
                        "<r><DeregisterTargetsResult/></r>",
                        aws -> new AwsLoadBalancingApi(aws)
                                .write(new LoadBalancingApi.Write.Deregister(
                                        "i-1", new LoadBalancingApi.Registration("arn:aws:tg", 80)))),
                call(
                        Service.IAM,
                        400,
                        "Throttling",
                        "DeleteRolePolicy",
                        "<r/>",
                        aws -> new AwsIamApi(aws).write(new IamApi.Write.DeleteRolePolicy("role", "policy"))));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void a_throttled_call_is_retried(
            Service service, int status, String code, String action, String response, Consumer<AwsConnection> call) {
        aws.failOnce(service, action, status, code, response);
        call.accept(connection);
        aws.verifyRequests(2);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void a_call_that_stays_throttled_is_retryable(
            Service service, int status, String code, String action, String response, Consumer<AwsConnection> call) {
        aws.fail(service, action, status, code);
        ActionException failure = assertThrows(ActionException.class, () -> call.accept(connection));
        assertEquals(Kind.RETRYABLE, failure.kind());
        assertEquals(action + ": " + code + ": no", failure.getMessage());
        aws.verifyRequests(ATTEMPTS);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void a_service_that_fails_is_retryable(
            Service service, int status, String code, String action, String response, Consumer<AwsConnection> call) {
        aws.answer(service, action, aResponse().withStatus(500).withBody("<html>no XML"));
        ActionException failure = assertThrows(ActionException.class, () -> call.accept(connection));
        assertEquals(Kind.RETRYABLE, failure.kind());
        assertTrue(failure.getMessage().startsWith(action + ": HTTP 500"), failure::toString);
        aws.verifyRequests(ATTEMPTS);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void a_call_without_a_response_ends_in_time(
            Service service, int status, String code, String action, String response, Consumer<AwsConnection> call) {
        aws.answer(service, action, aResponse().withFixedDelay(20_000).withBody(response));
        Instant start = Instant.now();
        ActionException failure =
                assertThrows(ActionException.class, () -> call.accept(StubConnection.impatient(aws.url())));
        assertEquals(Kind.RETRYABLE, failure.kind());
        Duration time = Duration.between(start, Instant.now());
        assertTrue(time.compareTo(Duration.ofSeconds(10)) < 0, time::toString);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void a_denied_call_is_permanent_and_not_retried(
            Service service, int status, String code, String action, String response, Consumer<AwsConnection> call) {
        aws.fail(service, action, 403, "AccessDenied");
        ActionException failure = assertThrows(ActionException.class, () -> call.accept(connection));
        assertEquals(Kind.PERMANENT, failure.kind());
        assertEquals(action + ": AccessDenied: no", failure.getMessage());
        aws.verifyRequests(1);
    }

    @Test
    void a_response_that_trickles_is_cut_off() {
        aws.answer(
                Service.EC2,
                "DescribeNetworkInterfaces",
                aResponse()
                        .withBody("<r><networkInterfaceSet/>" + " ".repeat(10_000) + "</r>")
                        .withChunkedDribbleDelay(200, 30_000));
        Instant start = Instant.now();
        AwsEc2Api impatient = new AwsEc2Api(StubConnection.impatient(aws.url()));
        ActionException failure = assertThrows(ActionException.class, () -> impatient.attachedInterfaces("i-1"));
        assertEquals(Kind.RETRYABLE, failure.kind());
        Duration time = Duration.between(start, Instant.now());
        assertTrue(time.compareTo(Duration.ofSeconds(10)) < 0, time::toString);
    }

    @Test
    void a_lost_connection_is_retryable() {
        aws.answer(Service.EC2, "DescribeNetworkInterfaces", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
        ActionException failure = assertThrows(ActionException.class, () -> ec2.attachedInterfaces("i-1"));
        assertEquals(Kind.RETRYABLE, failure.kind());
        assertTrue(failure.getMessage().startsWith("DescribeNetworkInterfaces: no response"), failure::toString);
    }

    @Test
    void a_response_that_is_too_large_is_rejected() {
        aws.answer(
                Service.EC2,
                "DescribeNetworkInterfaces",
                "<r><networkInterfaceSet/>" + " ".repeat(17 * 1024 * 1024) + "</r>");
        ActionException failure = assertThrows(ActionException.class, () -> ec2.attachedInterfaces("i-1"));
        assertEquals(Kind.RETRYABLE, failure.kind());
    }

    @Test
    void a_response_with_external_entities_is_rejected() {
        aws.answer(
                Service.EC2,
                "DescribeSnapshots",
                "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r><snapshotSet><item><snapshotId>&x;"
                        + "</snapshotId></item></snapshotSet></r>");
        ActionException failure = assertThrows(ActionException.class, () -> ec2.snapshots("a", "b"));
        assertFalse(failure.getMessage().contains("root:"), failure::toString);
    }

    @Test
    void messages_do_not_contain_credentials() {
        aws.fail(Service.EC2, "StopInstances", 403, "UnauthorizedOperation");
        ActionException failure = assertThrows(ActionException.class, () -> ec2.write(new Write.StopInstance("i-1")));
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertFalse(cause.toString().contains("AKIDEXAMPLE"), failure::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "InvalidNetworkInterfaceID.NotFound",
        "InvalidNetworkInterfaceId.Malformed",
    })
    void an_interface_that_does_not_exist_is_absent(String code) {
        aws.fail(Service.EC2, "DescribeNetworkInterfaces", 400, code);
        assertEquals(Optional.empty(), ec2.networkInterface("eni-1"));
        aws.fail(Service.EC2, "DescribeInstances", 400, code);
        assertEquals(Optional.empty(), ec2.instance("i-1"));
    }

    @Test
    void a_role_that_does_not_exist_is_absent() {
        aws.fail(Service.IAM, "GetRole", 404, "NoSuchEntity");
        assertEquals(Optional.empty(), new AwsIamApi(connection).role("none"));
    }

    @Test
    void an_object_that_does_not_exist_is_not_found() {
        aws.fail(Service.EC2, "ModifyNetworkInterfaceAttribute", 400, "InvalidNetworkInterfaceID.NotFound");
        assertEquals(Kind.NOT_FOUND, writeFailure(new Write.SetSecurityGroups("eni-1", List.of("sg-1"))));
        aws.fail(Service.IAM, "DeleteRolePolicy", 404, "NoSuchEntity");
        assertEquals(
                Kind.NOT_FOUND,
                assertThrows(
                                ActionException.class,
                                () -> new AwsIamApi(connection)
                                        .write(new IamApi.Write.DeleteRolePolicy("role", "policy")))
                        .kind());
    }

    private Kind writeFailure(Write write) {
        return assertThrows(ActionException.class, () -> ec2.write(write)).kind();
    }

    @Test
    void a_group_in_use_can_be_deleted_later() {
        aws.fail(Service.EC2, "DeleteSecurityGroup", 400, "DependencyViolation");
        assertEquals(Kind.RETRYABLE, writeFailure(new Write.DeleteSecurityGroup("sg-1")));
        aws.fail(Service.EC2, "DeleteSecurityGroup", 400, "InvalidGroup.NotFound");
        assertEquals("", ec2.write(new Write.DeleteSecurityGroup("sg-1")));
    }

    @Test
    void a_group_that_another_process_created_is_found_by_the_next_try() {
        aws.fail(Service.EC2, "CreateSecurityGroup", 400, "InvalidGroup.Duplicate");
        assertEquals(Kind.RETRYABLE, writeFailure(new Write.CreateSecurityGroup("vpc-1", "a", "b", Map.of())));
    }

    @Test
    void rules_that_are_there_or_gone_already_are_no_failure() {
        aws.fail(Service.EC2, "AuthorizeSecurityGroupIngress", 400, "InvalidPermission.Duplicate");
        assertEquals("", ec2.write(new Write.AllowAll("sg-1", false, "0.0.0.0/0")));
        aws.fail(Service.EC2, "RevokeSecurityGroupEgress", 400, "InvalidPermission.NotFound");
        assertEquals("", ec2.write(new Write.RevokeAllowAll("sg-1", true, "::/0")));
        assertEquals(Kind.NOT_FOUND, writeFailure(new Write.RevokeRules("sg-1", true, List.of("sgr-1"))));
    }

    @Test
    void an_instance_that_is_stopping_can_be_started_later() {
        aws.fail(Service.EC2, "StartInstances", 400, "IncorrectInstanceState");
        assertEquals(Kind.RETRYABLE, writeFailure(new Write.StartInstance("i-1")));
    }

    @Test
    void a_dry_run_reports_what_ec2_would_do() {
        aws.fail(Service.EC2, "StopInstances", 412, "DryRunOperation");
        assertEquals("would succeed", ec2.dryRun(new Write.StopInstance("i-1")));
        aws.fail(Service.EC2, "StopInstances", 403, "UnauthorizedOperation");
        assertEquals(
                "would be denied: StopInstances: UnauthorizedOperation: no", ec2.dryRun(new Write.StopInstance("i-1")));
        assertEquals(
                List.of("true", "true"),
                aws.parameters().stream().map(request -> request.get("DryRun")).toList());
        aws.answer(Service.EC2, "StopInstances", "<r/>");
        assertEquals("was executed: EC2 ignored the dry run flag", ec2.dryRun(new Write.StopInstance("i-1")));
    }
}
