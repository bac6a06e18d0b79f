package io.tiercel.sensor.container.cri;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Creates pods like a kubelet, with CRI calls that the sensor itself does not use. */
public final class CriPodClient implements AutoCloseable {
    private static final String SERVICE = "runtime.v1.RuntimeService/";
    private static final int NODE = 2;
    private static final int CONTAINER = 1;

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    /** A protobuf message that is built field by field. */
    private static final class Message {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

        Message text(int field, String value) {
            return write(() -> out.writeString(field, value));
        }

        Message number(int field, int value) {
            return write(() -> out.writeInt32(field, value));
        }

        Message message(int field, Message value) {
            return write(() -> out.writeBytes(field, ByteString.copyFrom(value.bytes.toByteArray())));
        }

        Message map(int field, Map<String, String> values) {
            values.forEach(
                    (key, value) -> message(field, new Message().text(1, key).text(2, value)));
            return this;
        }

        byte[] toBytes() {
            return bytes.toByteArray();
        }

        private interface WriteAction {
            void write() throws IOException;
        }

        private Message write(WriteAction action) {
            try {
                action.write();
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return this;
        }
    }

    private final String cgroupParent;
    private final EventLoopGroup loop = new NioEventLoopGroup(1);
    private final ManagedChannel channel;

    public CriPodClient(Path socket, String cgroupParent) {
        this.cgroupParent = cgroupParent;
        channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .eventLoopGroup(loop)
                .channelType(NioDomainSocketChannel.class)
                .withOption(ChannelOption.SO_KEEPALIVE, null)
                .overrideAuthority("localhost")
                .usePlaintext()
                .build();
    }

    /** Runs a sandbox in the host's network and returns its id. */
    public String sandbox(String pod, Map<String, String> labels) {
        return id(call("RunPodSandbox", new Message().message(1, pod(pod, labels))));
    }

    /** Runs a privileged container with the host's /etc mounted and returns its id. */
    public String container(String sandbox, String pod, String name, Map<String, String> labels, String... command) {
        Message config = new Message()
                .message(1, new Message().text(1, name))
                .message(2, new Message().text(1, "docker.io/library/box:1"))
                .message(7, new Message().text(1, "/host-etc").text(2, "/etc").number(3, 1))
                .map(9, labels)
                .message(15, new Message().message(2, new Message().number(2, 1).message(3, namespaces())));
        for (String argument : command) {
            config.text(3, argument);
        }
        String id = id(call(
                "CreateContainer",
                new Message().text(1, sandbox).message(2, config).message(3, pod(pod, labels))));
        call("StartContainer", new Message().text(1, id));
        return id;
    }

    public void remove(String sandbox) {
        call("StopPodSandbox", new Message().text(1, sandbox));
        call("RemovePodSandbox", new Message().text(1, sandbox));
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 100, TimeUnit.MILLISECONDS);
    }

    private Message pod(String name, Map<String, String> labels) {
        return new Message()
                .message(1, new Message().text(1, name).text(2, "uid-" + name).text(3, "shop"))
                .map(6, labels)
                .message(
                        8,
                        new Message()
                                .text(1, cgroupParent)
                                .message(
                                        2,
                                        new Message().message(1, namespaces()).number(6, 1)));
    }

    private static Message namespaces() {
        return new Message().number(1, NODE).number(2, CONTAINER);
    }

    private byte[] call(String method, Message request) {
        MethodDescriptor<byte[], byte[]> descriptor = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(SERVICE + method)
                .setRequestMarshaller(BYTES)
                .setResponseMarshaller(BYTES)
                .build();
        return ClientCalls.blockingUnaryCall(
                channel, descriptor, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS), request.toBytes());
    }

    /** Returns the first field of a response. */
    private static String id(byte[] response) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(response);
            in.readTag();
            return in.readString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
