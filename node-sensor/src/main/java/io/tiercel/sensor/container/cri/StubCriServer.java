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
import io.tiercel.sensor.container.cri.v1.ListContainersRequest;
import io.tiercel.sensor.container.cri.v1.ListContainersResponse;
import io.tiercel.sensor.container.cri.v1.Mount;
import io.tiercel.sensor.container.cri.v1.PodSandboxMetadata;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A CRI server for live tests. They start containers with {@code runc} alone, which does not know images, pods and mounts. The
 * server returns the metadata that the test supplied.
 */
public final class StubCriServer implements AutoCloseable {
    private static final String SANDBOX = "5".repeat(64);

    private final EventLoopGroup loop = new NioEventLoopGroup(1);
    private final Map<String, StubContainer> containers = new ConcurrentHashMap<>();
    private final CountDownLatch requested = new CountDownLatch(1);
    private final Server server;

    /**
     * Starts the server.
     *
     * @param socket a file that does not exist yet
     * @throws IOException if the server cannot listen
     */
    public StubCriServer(Path socket) throws IOException {
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

    /** Waits for the first query; returns false if none arrives within the timeout in milliseconds. */
    public boolean awaitRequest(long millis) throws InterruptedException {
        return requested.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Adds a container. */
    public void add(String id, StubContainer container) {
        containers.put(id, container);
    }

    @Override
    public void close() {
        server.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static <T> void reply(StreamObserver<T> to, @Nullable T answer) {
        if (answer == null) {
            to.onError(Status.NOT_FOUND.asRuntimeException());
        } else {
            to.onNext(answer);
            to.onCompleted();
        }
    }

    private static ContainerStatusResponse status(String id, StubContainer container) {
        ContainerStatus.Builder status = ContainerStatus.newBuilder()
                .setId(id)
                .setMetadata(ContainerMetadata.newBuilder().setName("container"))
                .setImage(ImageSpec.newBuilder().setImage(container.image()))
                .putLabels("io.kubernetes.pod.name", "pod")
                .putLabels("io.kubernetes.pod.namespace", container.namespace());
        container
                .mounts()
                .forEach((source, destination) ->
                        status.addMounts(Mount.newBuilder().setHostPath(source).setContainerPath(destination)));
        return ContainerStatusResponse.newBuilder()
                .setStatus(status)
                .putInfo(
                        "info",
                        "{\"config\":{\"linux\":{\"security_context\":{\"privileged\":" + container.privileged()
                                + "}}}}")
                .build();
    }

    private final class Runtimes extends RuntimeServiceGrpc.RuntimeServiceImplBase {
        @Override
        public void version(VersionRequest request, StreamObserver<VersionResponse> to) {
            reply(to, VersionResponse.newBuilder().setRuntimeName("stand-in").build());
        }

        @Override
        public void listContainers(ListContainersRequest request, StreamObserver<ListContainersResponse> to) {
            ListContainersResponse.Builder list = ListContainersResponse.newBuilder();
            String id = request.getFilter().getId();
            if (containers.containsKey(id)) {
                list.addContainers(Container.newBuilder().setId(id).setPodSandboxId(SANDBOX));
            }
            reply(to, list.build());
        }

        @Override
        public void containerStatus(ContainerStatusRequest request, StreamObserver<ContainerStatusResponse> to) {
            StubContainer container = containers.get(request.getContainerId());
            reply(to, container == null ? null : status(request.getContainerId(), container));
        }

        @Override
        public void podSandboxStatus(PodSandboxStatusRequest request, StreamObserver<PodSandboxStatusResponse> to) {
            requested.countDown(); // the last call of a query for an unknown container
            boolean exists = request.getPodSandboxId().equals(SANDBOX);
            PodSandboxStatus status = PodSandboxStatus.newBuilder()
                    .setId(SANDBOX)
                    .setMetadata(PodSandboxMetadata.newBuilder().setName("pod"))
                    .build();
            reply(
                    to,
                    exists
                            ? PodSandboxStatusResponse.newBuilder()
                                    .setStatus(status)
                                    .build()
                            : null);
        }
    }

    private static final class Images extends ImageServiceGrpc.ImageServiceImplBase {
        @Override
        public void imageStatus(ImageStatusRequest request, StreamObserver<ImageStatusResponse> to) {
            Image image = Image.newBuilder()
                    .setId("sha256:" + "a".repeat(64))
                    .addRepoTags(request.getImage().getImage())
                    .build();
            reply(to, ImageStatusResponse.newBuilder().setImage(image).build());
        }
    }
}
