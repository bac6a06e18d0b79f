package io.tiercel.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Supplies the {@link KubeNode} that all cluster tests of this module share. The first of them starts it with both images of the
 * product. Each test leaves it as it was. It stops after the last test of the module, also if tests fail.
 */
final class SharedNode implements ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedNode.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == KubeNode.class;
    }

    /** Skips the test if this machine cannot capture events or start a node. */
    @Override
    public KubeNode resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Tiercel.assumeCapture();
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(KubeNode.class, _ -> start(), KubeNode.class);
    }

    private static KubeNode start() {
        KubeNode.assumeInstalled();
        CompletableFuture<Path> images = CompletableFuture.supplyAsync(SharedNode::buildImages);
        KubeNode node = null;
        try {
            node = KubeNode.up();
            Path folder = images.join();
            for (String image : new String[] {"sensor.tar", "server.tar"}) {
                node.load(folder.resolve(image));
                Files.delete(folder.resolve(image));
            }
            return node;
        } catch (Exception | AssertionError e) {
            if (node != null) {
                node.close();
            }
            throw new AssertionError("the node did not start", e);
        }
    }

    /** Writes both images into the folder of the build. */
    private static Path buildImages() {
        try {
            Path folder = Files.createDirectories(Tiercel.ROOT.resolve("e2e/target/images"));
            ServerInCluster.tiercel()
                    .out("image", "--tar", folder.resolve("sensor.tar").toString());
            ServerInCluster.tiercel()
                    .out(
                            "image",
                            "server",
                            "--tar",
                            folder.resolve("server.tar").toString());
            return folder;
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        KubeNode node = context.getRoot().getStore(NAMESPACE).get(KubeNode.class, KubeNode.class);
        if (node != null) {
            node.reset();
        }
    }
}
