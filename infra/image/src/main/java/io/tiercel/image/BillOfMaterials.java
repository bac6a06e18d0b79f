package io.tiercel.image;

import com.github.packageurl.MalformedPackageURLException;
import com.github.packageurl.PackageURL;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Evidence;
import org.cyclonedx.model.Hash;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.model.component.evidence.Occurrence;

/**
 * Makes the bill of materials (CycloneDX 1.6) of an image. It lists libraries by package URL, and every file with its path and
 * hash. It contains no time and no machine name, so the same contents give the same bill.
 */
final class BillOfMaterials {
    private static final String RUNTIME = ImageSpec.HOME + "/runtime/";

    private final ImageSpec image;
    private final MavenLibraries maven;
    private final DebianPackages debian;

    BillOfMaterials(ImageSpec image, MavenLibraries maven, DebianPackages debian) {
        this.image = image;
        this.maven = maven;
        this.debian = debian;
    }

    /** Returns the bill as JSON. */
    String json(ImageContents contents) throws IOException {
        List<Component> components = new ArrayList<>(packages(contents.systemLibraries()));
        Component runtime = runtime();
        components.add(runtime);
        for (ImageContents.LayerFiles layer : contents.layers()) {
            for (ImageFile file : layer.files()) {
                if (file.path().startsWith(RUNTIME)) {
                    runtime.addComponent(file(file));
                } else {
                    components.add(file.path().endsWith(".jar") ? jar(file) : file(file));
                }
            }
        }
        Component container = new Component();
        container.setType(Component.Type.CONTAINER);
        container.setName(image.title());
        container.setVersion(ImageSpec.VERSION);
        container.setBomRef("image");
        Metadata metadata = new Metadata();
        metadata.setTimestamp(null);
        metadata.setComponent(container);
        Bom bom = new Bom();
        bom.setMetadata(metadata);
        bom.setComponents(components);
        try {
            return BomGeneratorFactory.createJson(Version.VERSION_16, bom).toJsonString() + "\n";
        } catch (GeneratorException e) {
            throw new ImageException("cannot generate the bill of materials: " + e.getMessage(), e);
        }
    }

    /** Groups shared libraries of this machine by the package that owns them. */
    private List<Component> packages(List<ImageFile> files) throws IOException {
        Map<String, Component> packages = new TreeMap<>();
        for (ImageFile file : files) {
            Optional<PackageURL> owner = debian.owning(file.source());
            if (owner.isPresent()) {
                packages.computeIfAbsent(owner.get().canonicalize(), _ -> library(owner.get()))
                        .addComponent(file(file));
            } else {
                packages.put(file.path(), file(file));
            }
        }
        return List.copyOf(packages.values());
    }

    private Component runtime() throws IOException {
        Properties release = new Properties();
        try (var in = Files.newInputStream(image.folder().resolve("runtime/release"))) {
            release.load(in);
        }
        String version = release.getProperty("JAVA_RUNTIME_VERSION", release.getProperty("JAVA_VERSION", ""))
                .replace("\"", "");
        try {
            Component runtime = library(new PackageURL("generic", null, "openjdk", version, null, null));
            runtime.setType(Component.Type.PLATFORM);
            runtime.setDescription("Java runtime with the modules "
                    + release.getProperty("MODULES", "").replace("\"", ""));
            return runtime;
        } catch (MalformedPackageURLException e) {
            throw new ImageException("not a valid Java version: " + version, e);
        }
    }

    private Component jar(ImageFile file) throws IOException {
        Optional<PackageURL> known = maven.named(String.valueOf(file.source().getFileName()));
        if (known.isEmpty()) {
            return file(file); // built by this project
        }
        return located(library(known.get()), file);
    }

    private static Component library(PackageURL url) {
        Component library = new Component();
        library.setType(Component.Type.LIBRARY);
        if (url.getType().equals("maven")) {
            library.setGroup(url.getNamespace());
        }
        library.setName(url.getName());
        library.setVersion(url.getVersion());
        library.setPurl(url);
        library.setBomRef(url.canonicalize());
        return library;
    }

    private static Component file(ImageFile file) throws IOException {
        Component component = new Component();
        component.setType(Component.Type.FILE);
        component.setName(String.valueOf(file.source().getFileName()));
        return located(component, file);
    }

    private static Component located(Component component, ImageFile file) throws IOException {
        component.setBomRef(file.path());
        Occurrence occurrence = new Occurrence();
        occurrence.setLocation(file.path());
        Evidence evidence = new Evidence();
        evidence.addOccurrence(occurrence);
        component.setEvidence(evidence);
        component.addHash(new Hash(Hash.Algorithm.SHA_256, ImageFile.sha256(file.source())));
        return component;
    }
}
