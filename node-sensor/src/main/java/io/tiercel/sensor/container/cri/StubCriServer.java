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
 * The other end of the interface, for containers that {@code runc} runs by itself, which keeps no image, pod or mounts: a
 * runtime on a Unix socket that tells of each what it was told itself.
 */
public final class StubCriServer implements AutoCloseable {
    private static final String SANDBOX = "5".repeat(64);

    private final EventLoopGroup loop = new NioEventLoopGroup(1);
    private final Map<String, StubContainer> containers = new ConcurrentHashMap<>();
    private final CountDownLatch requested = new CountDownLatch(1);
    private final Server server;

    /**
     * Listens.
     *
     * @param socket a file that is not there yet
     * @throws IOException if it cannot
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

    /** Waits until somebody has asked for a container, known or not; false if nobody has after so many milliseconds. */
    public boolean awaitRequest(long millis) throws InterruptedException {
        return requested.await(millis, TimeUnit.MILLISECONDS);
    }

    /** From now on there is such a container. */
    public void add(String id, StubContainer told) {
        containers.put(id, told);
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

    private static ContainerStatusResponse status(String id, StubContainer told) {
        ContainerStatus.Builder status = ContainerStatus.newBuilder()
                .setId(id)
                .setMetadata(ContainerMetadata.newBuilder().setName("container"))
                .setImage(ImageSpec.newBuilder().setImage(told.image()))
                .putLabels("io.kubernetes.pod.name", "pod")
                .putLabels("io.kubernetes.pod.namespace", told.namespace());
        told.mounts()
                .forEach((source, destination) ->
                        status.addMounts(Mount.newBuilder().setHostPath(source).setContainerPath(destination)));
        return ContainerStatusResponse.newBuilder()
                .setStatus(status)
                .putInfo(
                        "info",
                        "{\"config\":{\"linux\":{\"security_context\":{\"privileged\":" + told.privileged() + "}}}}")
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
            StubContainer told = containers.get(request.getContainerId());
            reply(to, told == null ? null : status(request.getContainerId(), told));
        }

        @Override
        public void podSandboxStatus(PodSandboxStatusRequest request, StreamObserver<PodSandboxStatusResponse> to) {
            requested.countDown(); // the last thing that is asked about a container that is not there
            boolean there = request.getPodSandboxId().equals(SANDBOX);
            PodSandboxStatus status = PodSandboxStatus.newBuilder()
                    .setId(SANDBOX)
                    .setMetadata(PodSandboxMetadata.newBuilder().setName("container"))
                    .build();
            reply(
                    to,
                    there
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
