package io.tiercel.functions.cloud;

import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.respond.ec2.LoadBalancingApi;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetGroupsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealth;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthReasonEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthStateEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

/** Elastic Load Balancing. An account can have {@value Pages#MAX_PAGES} pages of {@value #PAGE_SIZE} target groups. */
public final class AwsLoadBalancingApi implements LoadBalancingApi {
    /** The largest page of {@code DescribeTargetGroups}. */
    static final int PAGE_SIZE = 400;

    private static final Set<TargetHealthStateEnum> DEREGISTERING =
            Set.of(TargetHealthStateEnum.DRAINING, TargetHealthStateEnum.UNUSED);

    private final ElasticLoadBalancingV2Client api;

    public AwsLoadBalancingApi(AwsConnection connection) {
        this.api = connection.client(ElasticLoadBalancingV2Client.builder());
    }

    @Override
    public List<Registration> registrations(String instanceId) {
        return targetGroups().stream()
                .flatMap(group -> registrations(group, instanceId).stream())
                .toList();
    }

    private List<Registration> registrations(String targetGroup, String instanceId) {
        return AwsConnection.call(
                        "DescribeTargetHealth",
                        () -> api.describeTargetHealth(describe -> describe.targetGroupArn(targetGroup)))
                .targetHealthDescriptions()
                .stream()
                .filter(described -> described.target().id().equals(instanceId))
                .filter(AwsLoadBalancingApi::isRegistered)
                .map(described ->
                        new Registration(targetGroup, described.target().port()))
                .toList();
    }

    /** A target of a group without a load balancer is "unused" too, but it is registered. */
    private static boolean isRegistered(TargetHealthDescription described) {
        TargetHealth health = described.targetHealth();
        return health == null
                || !DEREGISTERING.contains(health.state())
                || health.reason() == TargetHealthReasonEnum.TARGET_NOT_IN_USE;
    }

    private List<String> targetGroups() {
        return Pages.items(
                        "DescribeTargetGroups",
                        api.describeTargetGroupsPaginator(describe -> describe.pageSize(PAGE_SIZE)),
                        DescribeTargetGroupsResponse::targetGroups)
                .stream()
                .filter(group -> group.targetType() == null || group.targetType() == TargetTypeEnum.INSTANCE)
                .map(TargetGroup::targetGroupArn)
                .toList();
    }

    @Override
    public void write(Write write) {
        switch (write) {
            case Write.Deregister(String instanceId, Registration registration) ->
                AwsConnection.call(
                        "DeregisterTargets",
                        () -> api.deregisterTargets(deregister -> deregister
                                .targetGroupArn(registration.targetGroupArn())
                                .targets(target(instanceId, registration))));
            case Write.Register(String instanceId, Registration registration) ->
                AwsConnection.call(
                        "RegisterTargets",
                        () -> api.registerTargets(register -> register.targetGroupArn(registration.targetGroupArn())
                                .targets(target(instanceId, registration))));
        }
    }

    private static TargetDescription target(String instanceId, Registration registration) {
        return TargetDescription.builder()
                .id(instanceId)
                .port(registration.port())
                .build();
    }
}
