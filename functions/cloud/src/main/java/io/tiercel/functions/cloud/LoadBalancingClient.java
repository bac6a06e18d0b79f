package io.tiercel.functions.cloud;

import io.tiercel.functions.cloud.QueryProtocolClient.Parameters;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.ec2.LoadBalancingApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Elastic Load Balancing, API version 2015-12-01. */
public final class LoadBalancingClient implements LoadBalancingApi {
    /** Maximum number of pages of target groups; each page has up to 400. */
    private static final int MAX_PAGES = 10;

    private static final Set<String> DEREGISTERING = Set.of("draining", "unused");

    private final QueryProtocolClient api;

    public LoadBalancingClient(SignedHttpClient http) {
        this.api = new QueryProtocolClient(http, "elasticloadbalancing", "2015-12-01", false);
    }

    @Override
    public List<Registration> registrations(String instanceId) {
        List<Registration> found = new ArrayList<>();
        for (String targetGroup : targetGroups()) {
            found.addAll(registrations(targetGroup, instanceId));
        }
        return List.copyOf(found);
    }

    private List<Registration> registrations(String targetGroup, String instanceId) {
        return api
                .call("DescribeTargetHealth", new Parameters().put("TargetGroupArn", targetGroup))
                .elements("DescribeTargetHealthResult/TargetHealthDescriptions/member")
                .stream()
                .filter(target ->
                        target.text("Target/Id").filter(instanceId::equals).isPresent())
                .filter(LoadBalancingClient::isRegistered)
                .map(target -> new Registration(targetGroup, Integer.parseInt(target.requiredText("Target/Port"))))
                .toList();
    }

    /** A target of a group without a load balancer is "unused" too, but it is registered. */
    private static boolean isRegistered(XmlElement target) {
        return !DEREGISTERING.contains(target.text("TargetHealth/State").orElse(""))
                || target.text("TargetHealth/Reason")
                        .filter("Target.NotInUse"::equals)
                        .isPresent();
    }

    private List<String> targetGroups() {
        List<String> groups = new ArrayList<>();
        Optional<String> marker = Optional.empty();
        for (int page = 0; page < MAX_PAGES; page++) {
            Parameters parameters = new Parameters().put("PageSize", "400");
            marker.ifPresent(next -> parameters.put("Marker", next));
            XmlElement response = api.call("DescribeTargetGroups", parameters);
            groups.addAll(response.elements("DescribeTargetGroupsResult/TargetGroups/member").stream()
                    .filter(group -> group.text("TargetType").orElse("instance").equals("instance"))
                    .map(group -> group.requiredText("TargetGroupArn"))
                    .toList());
            marker = response.text("DescribeTargetGroupsResult/NextMarker");
            if (marker.isEmpty()) {
                return List.copyOf(groups);
            }
        }
        throw ActionException.permanent("the account has more target groups than the limit of " + MAX_PAGES * 400);
    }

    @Override
    public void write(Write write) {
        switch (write) {
            case Write.Deregister(String instanceId, Registration registration) ->
                api.call("DeregisterTargets", parameters(instanceId, registration));
            case Write.Register(String instanceId, Registration registration) ->
                api.call("RegisterTargets", parameters(instanceId, registration));
        }
    }

    private static Parameters parameters(String instanceId, Registration registration) {
        return new Parameters()
                .put("TargetGroupArn", registration.targetGroupArn())
                .put("Targets.member.1.Id", instanceId)
                .put("Targets.member.1.Port", Integer.toString(registration.port()));
    }
}
