package io.tiercel.functions.cloud;

import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.ec2.AutoScalingApi;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingInstanceDetails;

/** EC2 Auto Scaling. */
public final class AwsAutoScalingApi implements AutoScalingApi {
    private final AutoScalingClient api;

    public AwsAutoScalingApi(AwsConnection connection) {
        this.api = connection.client(AutoScalingClient.builder());
    }

    @Override
    public Capacity capacity(String group) {
        return AwsConnection.call(
                        "DescribeAutoScalingGroups",
                        () -> api.describeAutoScalingGroups(describe -> describe.autoScalingGroupNames(group)))
                .autoScalingGroups()
                .stream()
                .map(found -> new Capacity(found.desiredCapacity(), found.maxSize()))
                .findFirst()
                .orElseThrow(() -> ActionException.notFound("the Auto Scaling group " + group + " does not exist"));
    }

    @Override
    public Optional<Membership> membership(String instanceId) {
        return AwsConnection.call(
                        "DescribeAutoScalingInstances",
                        () -> api.describeAutoScalingInstances(describe -> describe.instanceIds(instanceId)))
                .autoScalingInstances()
                .stream()
                .filter(member -> !lifecycleState(member).startsWith("Detach"))
                .map(member -> new Membership(
                        member.autoScalingGroupName(), Boolean.TRUE.equals(member.protectedFromScaleIn())))
                .findFirst();
    }

    private static String lifecycleState(AutoScalingInstanceDetails member) {
        return Objects.requireNonNullElse(member.lifecycleState(), "");
    }

    @Override
    public void write(Write write) {
        switch (write) {
            case Write.Detach(String instanceId, String group) ->
                AwsConnection.call(
                        "DetachInstances",
                        () -> api.detachInstances(detach -> detach.autoScalingGroupName(group)
                                .instanceIds(instanceId)
                                .shouldDecrementDesiredCapacity(false)));
            case Write.Attach(String instanceId, String group) ->
                AwsConnection.call(
                        "AttachInstances",
                        () -> api.attachInstances(
                                attach -> attach.autoScalingGroupName(group).instanceIds(instanceId)));
            case Write.SetScaleInProtection(String instanceId, String group, boolean on) ->
                AwsConnection.call(
                        "SetInstanceProtection",
                        () -> api.setInstanceProtection(set -> set.autoScalingGroupName(group)
                                .instanceIds(instanceId)
                                .protectedFromScaleIn(on)));
        }
    }
}
