package io.tiercel.functions.cloud;

import io.tiercel.functions.cloud.QueryProtocolClient.Parameters;
import io.tiercel.functions.respond.ec2.AutoScalingApi;
import java.util.Optional;

/** EC2 Auto Scaling, API version 2011-01-01. */
public final class AutoScalingClient implements AutoScalingApi {
    private final QueryProtocolClient api;

    public AutoScalingClient(SignedHttpClient http) {
        this.api = new QueryProtocolClient(http, "autoscaling", "2011-01-01", false);
    }

    @Override
    public Optional<Membership> membership(String instanceId) {
        return api
                .call("DescribeAutoScalingInstances", new Parameters().put("InstanceIds.member.1", instanceId))
                .elements("DescribeAutoScalingInstancesResult/AutoScalingInstances/member")
                .stream()
                .filter(member -> !member.text("LifecycleState").orElse("").startsWith("Detach"))
                .map(member -> new Membership(
                        member.requiredText("AutoScalingGroupName"), member.bool("ProtectedFromScaleIn")))
                .findFirst();
    }

    @Override
    public void write(Write write) {
        switch (write) {
            case Write.Detach(String instanceId, String group) ->
                api.call(
                        "DetachInstances",
                        parameters(instanceId, group).put("ShouldDecrementDesiredCapacity", "false"));
            case Write.Attach(String instanceId, String group) ->
                api.call("AttachInstances", parameters(instanceId, group));
            case Write.SetScaleInProtection(String instanceId, String group, boolean on) ->
                api.call(
                        "SetInstanceProtection",
                        parameters(instanceId, group).put("ProtectedFromScaleIn", Boolean.toString(on)));
        }
    }

    private static Parameters parameters(String instanceId, String group) {
        return new Parameters().put("AutoScalingGroupName", group).put("InstanceIds.member.1", instanceId);
    }
}
