package io.tiercel.functions.aws.respond;

import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.cloud.QueryProtocolClient;
import io.tiercel.functions.cloud.QueryProtocolClient.Parameters;
import io.tiercel.functions.cloud.SignedHttpClient;
import io.tiercel.functions.cloud.XmlElement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

/** An emulated AWS account with a dual-stack VPC. It records the calls of the tested code. */
final class EmulatedAccount {
    private static final Pattern ACTION = Pattern.compile("(?:^|&)Action=([A-Za-z]+)");

    /** The names of the calls through {@link #http}, in order. */
    final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    final SignedHttpClient http;
    private final Moto moto;
    private final QueryProtocolClient ec2;
    private final QueryProtocolClient scaling;
    private final QueryProtocolClient balancing;
    private final QueryProtocolClient iam;
    final String vpc;
    final String subnet;
    final String secondSubnet;

    EmulatedAccount(Moto moto) {
        this.moto = moto;
        this.http = http(moto, new RecordingHttpClient(UrlConnectionHttpClient.create(), calls));
        SignedHttpClient unrecorded = http(moto, UrlConnectionHttpClient.create());
        this.ec2 = new QueryProtocolClient(unrecorded, "ec2", "2016-11-15", false);
        this.scaling = new QueryProtocolClient(unrecorded, "autoscaling", "2011-01-01", false);
        this.balancing = new QueryProtocolClient(unrecorded, "elasticloadbalancing", "2015-12-01", false);
        this.iam = new QueryProtocolClient(unrecorded, "iam", "2010-05-08", true);
        this.vpc = ec2(
                        "CreateVpc",
                        new Parameters().put("CidrBlock", "10.0.0.0/16").put("AmazonProvidedIpv6CidrBlock", "true"))
                .requiredText("vpc/vpcId");
        this.subnet = subnet("10.0.1.0/24", "eu-west-1a");
        this.secondSubnet = subnet("10.0.2.0/24", "eu-west-1b");
    }

    private static SignedHttpClient http(Moto moto, SdkHttpClient client) {
        return new SignedHttpClient(
                client, () -> AwsBasicCredentials.create("test", "test"), Region.EU_WEST_1, moto.endpoint());
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

    XmlElement ec2(String action, Parameters parameters) {
        return ec2.call(action, parameters);
    }

    XmlElement scaling(String action, Parameters parameters) {
        return scaling.call(action, parameters);
    }

    XmlElement balancing(String action, Parameters parameters) {
        return balancing.call(action, parameters);
    }

    XmlElement iam(String action, Parameters parameters) {
        return iam.call(action, parameters);
    }

    private String subnet(String range, String zone) {
        return ec2(
                        "CreateSubnet",
                        new Parameters()
                                .put("VpcId", vpc)
                                .put("CidrBlock", range)
                                .put("AvailabilityZone", zone))
                .requiredText("subnet/subnetId");
    }

    String group(String name) {
        return ec2(
                        "CreateSecurityGroup",
                        new Parameters()
                                .put("VpcId", vpc)
                                .put("GroupName", name)
                                .put("GroupDescription", name))
                .requiredText("groupId");
    }

    /** Runs an instance with one network interface in the given security groups. */
    String instance(List<String> groups) {
        return ec2(
                        "RunInstances",
                        new Parameters()
                                .put("ImageId", "ami-12345678")
                                .put("InstanceType", "m5.large")
                                .put("MinCount", "1")
                                .put("MaxCount", "1")
                                .put("SubnetId", subnet)
                                .putList("SecurityGroupId", groups))
                .requiredText("instancesSet/item/instanceId");
    }

    String networkInterface(List<String> groups, Map<String, String> tags) {
        String id = ec2(
                        "CreateNetworkInterface",
                        new Parameters().put("SubnetId", subnet).putList("SecurityGroupId", groups))
                .requiredText("networkInterface/networkInterfaceId");
        if (!tags.isEmpty()) {
            Parameters tagParameters = new Parameters().put("ResourceId.1", id);
            int number = 1;
            for (Map.Entry<String, String> tag : tags.entrySet()) {
                tagParameters
                        .put("Tag." + number + ".Key", tag.getKey())
                        .put("Tag." + number + ".Value", tag.getValue());
                number++;
            }
            ec2("CreateTags", tagParameters);
        }
        return id;
    }

    void attach(String networkInterface, String instance, int index) {
        ec2(
                "AttachNetworkInterface",
                new Parameters()
                        .put("NetworkInterfaceId", networkInterface)
                        .put("InstanceId", instance)
                        .put("DeviceIndex", Integer.toString(index)));
    }

    /** Returns the security groups of all network interfaces, by interface id. */
    Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new TreeMap<>();
        ec2("DescribeNetworkInterfaces", new Parameters())
                .elements("networkInterfaceSet/item")
                .forEach(item -> groups.put(
                        item.requiredText("networkInterfaceId"),
                        item.texts("groupSet/item/groupId").stream().sorted().toList()));
        return groups;
    }

    /** Creates a bucket. Moto does not check the signature. */
    void bucket(String name) {
        send(HttpRequest.newBuilder(moto.endpoint().resolve("/" + name))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .header("Authorization", authorization("us-east-1", "s3")));
    }

    /** Sets a parameter of Systems Manager. */
    void parameter(String name, String value) {
        send(HttpRequest.newBuilder(moto.endpoint().resolve("/"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"Name\":\"" + name + "\",\"Value\":\"" + value
                        + "\",\"Type\":\"String\",\"Overwrite\":true}"))
                .header("Content-Type", "application/x-amz-json-1.1")
                .header("X-Amz-Target", "AmazonSSM.PutParameter")
                .header("Authorization", authorization("eu-west-1", "ssm")));
    }

    /** Returns the header by which moto identifies the service. */
    private static String authorization(String region, String service) {
        return "AWS4-HMAC-SHA256 Credential=test/20260301/" + region + "/" + service
                + "/aws4_request, SignedHeaders=host, Signature=0";
    }

    private static void send(HttpRequest.Builder request) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new AssertionError(response.statusCode() + " " + response.body());
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
