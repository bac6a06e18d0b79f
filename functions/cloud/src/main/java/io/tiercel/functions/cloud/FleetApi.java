package io.tiercel.functions.cloud;

import io.tiercel.functions.cloud.QueryProtocolClient.Parameters;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.ec2.Fleet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Auto Scaling, API version 2011-01-01, and Elastic Load Balancing, API version 2015-12-01. */
public final class FleetApi implements Fleet {
    /** Pages of target groups that are looked through; each has up to 400. */
    private static final int MAX_PAGES = 10;

    private static final Set<String> LEAVING = Set.of("draining", "unused");

    private final QueryProtocolClient scaling;
    private final QueryProtocolClient balancing;

    public FleetApi(SignedHttpClient http) {
        this.scaling = new QueryProtocolClient(http, "autoscaling", "2011-01-01", false);
        this.balancing = new QueryProtocolClient(http, "elasticloadbalancing", "2015-12-01", false);
    }

    @Override
    public Optional<Membership> membership(String instanceId) {
        return scaling
                .call("DescribeAutoScalingInstances", new Parameters().put("InstanceIds.member.1", instanceId))
                .all("DescribeAutoScalingInstancesResult/AutoScalingInstances/member")
                .stream()
                .filter(member -> !member.text("LifecycleState").orElse("").startsWith("Detach"))
                .map(member ->
                        new Membership(member.needed("AutoScalingGroupName"), member.flag("ProtectedFromScaleIn")))
                .findFirst();
    }

    @Override
    public List<Registration> registrations(String instanceId) {
        List<Registration> found = new ArrayList<>();
        for (String group : targetGroups()) {
            found.addAll(registrations(group, instanceId));
        }
        return List.copyOf(found);
    }

    private List<Registration> registrations(String group, String instanceId) {
        return balancing
                .call("DescribeTargetHealth", new Parameters().put("TargetGroupArn", group))
                .all("DescribeTargetHealthResult/TargetHealthDescriptions/member")
                .stream()
                .filter(target ->
                        target.text("Target/Id").filter(instanceId::equals).isPresent())
                .filter(target ->
                        !LEAVING.contains(target.text("TargetHealth/State").orElse(""))
                                || target.text("TargetHealth/Reason")
                                        .filter("Target.NotInUse"::equals)
                                        .isPresent())
                .map(target -> new Registration(group, Integer.parseInt(target.needed("Target/Port"))))
                .toList();
    }

    private List<String> targetGroups() {
        List<String> groups = new ArrayList<>();
        Optional<String> marker = Optional.empty();
        for (int page = 0; page < MAX_PAGES; page++) {
            Parameters parameters = new Parameters().put("PageSize", "400");
            marker.ifPresent(next -> parameters.put("Marker", next));
            XmlElement answer = balancing.call("DescribeTargetGroups", parameters);
            groups.addAll(answer.all("DescribeTargetGroupsResult/TargetGroups/member").stream()
                    .filter(group -> group.text("TargetType").orElse("instance").equals("instance"))
                    .map(group -> group.needed("TargetGroupArn"))
                    .toList());
            marker = answer.text("DescribeTargetGroupsResult/NextMarker");
            if (marker.isEmpty()) {
                return List.copyOf(groups);
            }
        }
        throw ActionException.because("there are more target groups than can be looked through");
    }

    @Override
    public void write(Write write) {
        switch (write) {
            case Write.Detach(String instanceId, String group) ->
                scaling.call(
                        "DetachInstances", member(instanceId, group).put("ShouldDecrementDesiredCapacity", "false"));
            case Write.Attach(String instanceId, String group) ->
                scaling.call("AttachInstances", member(instanceId, group));
            case Write.Protect(String instanceId, String group, boolean on) ->
                scaling.call(
                        "SetInstanceProtection",
                        member(instanceId, group).put("ProtectedFromScaleIn", Boolean.toString(on)));
            case Write.Deregister(String instanceId, Registration registration) ->
                balancing.call("DeregisterTargets", target(instanceId, registration));
            case Write.Register(String instanceId, Registration registration) ->
                balancing.call("RegisterTargets", target(instanceId, registration));
        }
    }

    private static Parameters member(String instanceId, String group) {
        return new Parameters().put("AutoScalingGroupName", group).put("InstanceIds.member.1", instanceId);
    }

    private static Parameters target(String instanceId, Registration registration) {
        return new Parameters()
                .put("TargetGroupArn", registration.targetGroup())
                .put("Targets.member.1.Id", instanceId)
                .put("Targets.member.1.Port", Integer.toString(registration.port()));
    }
}
