package io.tiercel.functions.cloud;

import io.tiercel.functions.enrich.InstanceFacts;
import io.tiercel.functions.enrich.InstanceFacts.Interface;
import io.tiercel.functions.enrich.InstanceSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks up instances in EC2. One call returns the interfaces, security groups, tags and instance profile too. */
public final class Ec2InstanceSource implements InstanceSource {
    /** The tag that EC2 Auto Scaling sets on the instances of a group. */
    private static final String AUTO_SCALING_GROUP_TAG = "aws:autoscaling:groupName";

    private static final int MAX_INTERFACES = 64;

    private final QueryProtocolClient ec2;

    public Ec2InstanceSource(SignedHttpClient http) {
        this.ec2 = new QueryProtocolClient(http, "ec2", DescribedInstance.API_VERSION, false);
    }

    @Override
    public @Nullable InstanceFacts instance(String instanceId) {
        return DescribedInstance.find(ec2, instanceId)
                .map(Ec2InstanceSource::facts)
                .orElse(null);
    }

    private static InstanceFacts facts(DescribedInstance instance) {
        XmlElement element = instance.element();
        Map<String, String> tags = instance.tags();
        List<Interface> interfaces = element.elements("networkInterfaceSet/item").stream()
                .limit(MAX_INTERFACES)
                .map(Ec2InstanceSource::networkInterface)
                .toList();
        return new InstanceFacts(
                instance.id(),
                instance.account(),
                element.text("placement/availabilityZone").orElse(null),
                element.text("instanceType").orElse(""),
                instance.state(),
                instance.spot(),
                element.text("vpcId").orElse(null),
                element.text("subnetId").orElse(null),
                element.text("privateDnsName").orElse(null),
                instance.profileArn(),
                tags.get(AUTO_SCALING_GROUP_TAG),
                Stream.concat(
                                element.texts("groupSet/item/groupId").stream(),
                                interfaces.stream().flatMap(networkInterface -> networkInterface.groups().stream()))
                        .distinct()
                        .sorted()
                        .toList(),
                interfaces,
                tags);
    }

    private static Interface networkInterface(XmlElement element) {
        return new Interface(
                element.requiredText("networkInterfaceId"),
                element.text("subnetId").orElse(""),
                DescribedInstance.addresses(element),
                DescribedInstance.securityGroups(element));
    }
}
