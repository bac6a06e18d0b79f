package io.tiercel.functions.aws.respond;

import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.lookup.AwsConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.s3.S3Client;

/** An emulated AWS account with a dual-stack VPC. It records the calls of the tested code. */
final class EmulatedAccount {
    private static final Pattern ACTION = Pattern.compile("(?:^|&)Action=([A-Za-z]+)");
    private static final String IMAGE = "ami-12345678";

    /** The names of the calls through {@link #connection}, in order. */
    final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    /** The connection of the tested code. */
    final AwsConnection connection;

    final Ec2Client ec2;
    final IamClient iam;
    final String vpc;
    final String subnet;
    final String secondSubnet;
    private final AutoScalingClient scaling;
    private final ElasticLoadBalancingV2Client balancing;
    private final S3Client s3;

    EmulatedAccount(Moto moto) {
        AwsConnection unrecorded = moto.connection();
        this.connection = new AwsConnection(
                new RecordingHttpClient(unrecorded.http(), calls),
                unrecorded.credentials(),
                unrecorded.region(),
                unrecorded.endpoint(),
                unrecorded.timeouts());
        this.ec2 = unrecorded.client(Ec2Client.builder());
        this.iam = unrecorded.client(IamClient.builder());
        this.scaling = unrecorded.client(AutoScalingClient.builder());
        this.balancing = unrecorded.client(ElasticLoadBalancingV2Client.builder());
        this.s3 = unrecorded.client(S3Client.builder().forcePathStyle(true));
        this.vpc = ec2.createVpc(create -> create.cidrBlock("10.0.0.0/16").amazonProvidedIpv6CidrBlock(true))
                .vpc()
                .vpcId();
        this.subnet = subnet("10.0.1.0/24", "eu-west-1a");
        this.secondSubnet = subnet("10.0.2.0/24", "eu-west-1b");
    }

    /** Records the name of each call before the call. */
    private record RecordingHttpClient(SdkHttpClient client, List<String> calls) implements SdkHttpClient {
        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            request.contentStreamProvider().ifPresent(content -> {
                try (var stream = content.newStream()) {
                    Matcher action = ACTION.matcher(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
                    calls.add(
                            action.find()
                                    ? action.group(1)
                                    : request.httpRequest().method().name());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            return client.prepareRequest(request);
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private String subnet(String range, String zone) {
        return ec2.createSubnet(create -> create.vpcId(vpc).cidrBlock(range).availabilityZone(zone))
                .subnet()
                .subnetId();
    }

    String group(String name) {
        return ec2.createSecurityGroup(
                        create -> create.vpcId(vpc).groupName(name).description(name))
                .groupId();
    }

    /** Runs an instance with one network interface in the given security groups. */
    String instance(List<String> groups) {
        return ec2.runInstances(run -> run.imageId(IMAGE)
                        .instanceType("m5.large")
                        .minCount(1)
                        .maxCount(1)
                        .subnetId(subnet)
                        .securityGroupIds(groups))
                .instances()
                .getFirst()
                .instanceId();
    }

    /** Creates an Auto Scaling group of this name with one instance, and returns the instance. */
    String instanceOfAutoScalingGroup(String name) {
        scaling.createLaunchConfiguration(
                create -> create.launchConfigurationName(name).imageId(IMAGE).instanceType("m5.large"));
        scaling.createAutoScalingGroup(create -> create.autoScalingGroupName(name)
                .launchConfigurationName(name)
                .minSize(1)
                .maxSize(3)
                .desiredCapacity(1)
                .vpcZoneIdentifier(subnet));
        return scaling.describeAutoScalingGroups(describe -> describe.autoScalingGroupNames(name))
                .autoScalingGroups()
                .getFirst()
                .instances()
                .getFirst()
                .instanceId();
    }

    void setMaximumSize(String group, int size) {
        scaling.updateAutoScalingGroup(
                update -> update.autoScalingGroupName(group).maxSize(size));
    }

    /** Creates a target group and returns its ARN. */
    String targetGroup(String name, int port) {
        return balancing
                .createTargetGroup(create ->
                        create.name(name).protocol(ProtocolEnum.HTTP).port(port).vpcId(vpc))
                .targetGroups()
                .getFirst()
                .targetGroupArn();
    }

    /** Creates an instance profile of this name and gives it to an instance. */
    void giveProfile(String instance, String profile) {
        iam.createInstanceProfile(create -> create.instanceProfileName(profile));
        ec2.associateIamInstanceProfile(
                associate -> associate.instanceId(instance).iamInstanceProfile(named -> named.name(profile)));
    }

    String networkInterface(List<String> groups, Map<String, String> tags) {
        String id = ec2.createNetworkInterface(create -> create.subnetId(subnet).groups(groups))
                .networkInterface()
                .networkInterfaceId();
        if (!tags.isEmpty()) {
            tag(id, tags);
        }
        return id;
    }

    void tag(String resource, Map<String, String> tags) {
        ec2.createTags(create -> create.resources(resource)
                .tags(tags.entrySet().stream()
                        .map(tag -> Tag.builder()
                                .key(tag.getKey())
                                .value(tag.getValue())
                                .build())
                        .toList()));
    }

    void attach(String networkInterface, String instance, int index) {
        ec2.attachNetworkInterface(attach ->
                attach.networkInterfaceId(networkInterface).instanceId(instance).deviceIndex(index));
    }

    /** Returns the security groups of all network interfaces, by interface id. */
    Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new TreeMap<>();
        ec2.describeNetworkInterfaces()
                .networkInterfaces()
                .forEach(found -> groups.put(
                        found.networkInterfaceId(),
                        found.groups().stream()
                                .map(GroupIdentifier::groupId)
                                .sorted()
                                .toList()));
        return groups;
    }

    void bucket(String name) {
        s3.createBucket(create -> create.bucket(name));
    }

    /** Returns the content of an object in S3. */
    String object(String bucket, String key) {
        return s3.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asUtf8String();
    }
}
