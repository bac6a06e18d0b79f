package io.tiercel.sensor.container.cri;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.tiercel.sensor.container.cri.v1.Container;
import io.tiercel.sensor.container.cri.v1.ContainerMetadata;
import io.tiercel.sensor.container.cri.v1.ContainerStatus;
import io.tiercel.sensor.container.cri.v1.ContainerStatusRequest;
import io.tiercel.sensor.container.cri.v1.ContainerStatusResponse;
import io.tiercel.sensor.container.cri.v1.Image;
import io.tiercel.sensor.container.cri.v1.ImageServiceGrpc;
import io.tiercel.sensor.container.cri.v1.ImageSpec;
import io.tiercel.sensor.container.cri.v1.ImageStatusRequest;
import io.tiercel.sensor.container.cri.v1.ImageStatusResponse;
import io.tiercel.sensor.container.cri.v1.LinuxPodSandboxStatus;
import io.tiercel.sensor.container.cri.v1.ListContainersRequest;
import io.tiercel.sensor.container.cri.v1.ListContainersResponse;
import io.tiercel.sensor.container.cri.v1.Mount;
import io.tiercel.sensor.container.cri.v1.MountPropagation;
import io.tiercel.sensor.container.cri.v1.Namespace;
import io.tiercel.sensor.container.cri.v1.NamespaceMode;
import io.tiercel.sensor.container.cri.v1.NamespaceOption;
import io.tiercel.sensor.container.cri.v1.PodSandboxMetadata;
import io.tiercel.sensor.container.cri.v1.PodSandboxNetworkStatus;
import io.tiercel.sensor.container.cri.v1.PodSandboxStatus;
import io.tiercel.sensor.container.cri.v1.PodSandboxStatusRequest;
import io.tiercel.sensor.container.cri.v1.PodSandboxStatusResponse;
import io.tiercel.sensor.container.cri.v1.RuntimeServiceGrpc;
import io.tiercel.sensor.container.cri.v1.VersionRequest;
import io.tiercel.sensor.container.cri.v1.VersionResponse;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A CRI server with one pod. Its responses can be delayed and can fail. */
public final class FakeCriServer implements AutoCloseable {
    public static final String SANDBOX = "5".repeat(64);

    private final EventLoopGroup loop = new NioEventLoopGroup(2);
    private final Server server;

    /** The ids of known containers. */
    public final Set<String> containers = ConcurrentHashMap.newKeySet();

    /** The number of queries for known containers. */
    public final AtomicInteger queries = new AtomicInteger();

    /** Blocks all calls until it is zero. */
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private volatile Status failure = Status.OK;
    private volatile String info = "{\"pid\":4242,\"config\":{\"linux\":{\"security_context\":{\"privileged\":true}}},"
            + "\"runtimeSpec\":{\"process\":{\"env\":[\"A=1\",\"B=zw\u00f6lf\"]},"
            + "\"linux\":{\"namespaces\":[{\"type\":\"mount\"}]}}}";

    private volatile Map<String, String> podLabels = Map.of("app", "web", "tier", "front");
    private volatile Map<String, String> annotations = Map.of("restarts", "0");

    public FakeCriServer(Path socket) throws IOException {
        server = NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .channelType(NioServerDomainSocketChannel.class)
                .withChildOption(ChannelOption.SO_KEEPALIVE, null)
                .addService(new Runtimes())
                .addService(new Images())
                .build()
                .start();
    }

    /** Blocks all responses until {@link #release}. */
    public void hang() {
        gate = new CountDownLatch(1);
    }

    public void release() {
        gate.countDown();
    }

    public void fail(Status status) {
        failure = status;
    }

    public void setInfo(String json) {
        info = json;
    }

    /** Sets what the creator of the pod chooses. */
    public void setPod(Map<String, String> labels, Map<String, String> newAnnotations) {
        podLabels = labels;
        annotations = newAnnotations;
    }

    /** Returns more labels of the maximum length than fit into the metadata of a container. */
    public static Map<String, String> manyLabels() {
        return IntStream.range(0, 400)
                .boxed()
                .collect(Collectors.toMap(i -> "k%062d".formatted(i), _ -> "v".repeat(63)));
    }

    @Override
    public void close() throws InterruptedException {
        release();
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        loop.shutdownGracefully(0, 100, TimeUnit.MILLISECONDS).await(5, TimeUnit.SECONDS);
    }

    private <T> void reply(StreamObserver<T> to, T response) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure.isOk()) {
            to.onNext(response);
            to.onCompleted();
        } else {
            to.onError(failure.asRuntimeException());
        }
    }

    private final class Runtimes extends RuntimeServiceGrpc.RuntimeServiceImplBase {
        @Override
        public void version(VersionRequest request, StreamObserver<VersionResponse> to) {
            reply(to, VersionResponse.newBuilder().setRuntimeName("fakerd").build());
        }

        @Override
        public void listContainers(ListContainersRequest request, StreamObserver<ListContainersResponse> to) {
            ListContainersResponse.Builder list = ListContainersResponse.newBuilder();
            String id = request.getFilter().getId();
            if (containers.contains(id)) {
                queries.incrementAndGet();
                list.addContainers(Container.newBuilder().setId(id).setPodSandboxId(SANDBOX));
            }
            reply(to, list.build());
        }

        @Override
        public void containerStatus(ContainerStatusRequest request, StreamObserver<ContainerStatusResponse> to) {
            ContainerStatus status = ContainerStatus.newBuilder()
                    .setId(request.getContainerId())
                    .setMetadata(ContainerMetadata.newBuilder().setName("web"))
                    .setCreatedAt(1_700_000_000_000_000_000L)
                    .setImage(ImageSpec.newBuilder().setImage("registry:5000/team/web:1.2"))
                    .putLabels("io.kubernetes.pod.name", "web-0")
                    .putLabels("io.kubernetes.pod.namespace", "shop")
                    .putLabels("io.kubernetes.pod.uid", "u-1")
                    .putAllAnnotations(annotations)
                    .addMounts(Mount.newBuilder().setHostPath("/").setContainerPath("/host"))
                    .addMounts(Mount.newBuilder()
                            .setHostPath("/etc/ssl")
                            .setContainerPath("/certs")
                            .setReadonly(true)
                            .setPropagation(MountPropagation.PROPAGATION_HOST_TO_CONTAINER))
                    .build();
            reply(
                    to,
                    ContainerStatusResponse.newBuilder()
                            .setStatus(status)
                            .putAllInfo(request.getVerbose() ? Map.of("info", info) : Map.of())
                            .build());
        }

        @Override
        public void podSandboxStatus(PodSandboxStatusRequest request, StreamObserver<PodSandboxStatusResponse> to) {
            if (!request.getPodSandboxId().equals(SANDBOX)) {
                to.onError(Status.NOT_FOUND.asRuntimeException());
                return;
            }
            PodSandboxStatus status = PodSandboxStatus.newBuilder()
                    .setId(SANDBOX)
                    .setMetadata(PodSandboxMetadata.newBuilder()
                            .setName("web-0")
                            .setNamespace("shop")
                            .setUid("u-1"))
                    .setNetwork(PodSandboxNetworkStatus.newBuilder().setIp("10.1.2.3"))
                    .setLinux(LinuxPodSandboxStatus.newBuilder()
                            .setNamespaces(Namespace.newBuilder()
                                    .setOptions(NamespaceOption.newBuilder().setNetwork(NamespaceMode.NODE))))
                    .putAllLabels(podLabels)
                    .putLabels("io.kubernetes.pod.name", "web-0")
                    .build();
            reply(
                    to,
                    PodSandboxStatusResponse.newBuilder()
                            .setStatus(status)
                            .putInfo("info", "{\"image\":\"pause:3.9\",\"cniResult\":{\"Interfaces\":{\"eth0\":{}}}}")
                            .build());
        }
    }

    private final class Images extends ImageServiceGrpc.ImageServiceImplBase {
        @Override
        public void imageStatus(ImageStatusRequest request, StreamObserver<ImageStatusResponse> to) {
            Image image = Image.newBuilder()
                    .setId("sha256:" + "a".repeat(64))
                    .addRepoTags("registry:5000/team/web:1.2")
                    .addRepoDigests("registry:5000/team/web@sha256:" + "d".repeat(64))
                    .build();
            reply(to, ImageStatusResponse.newBuilder().setImage(image).build());
        }
    }
}
