package io.tiercel.sensor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.sun.net.httpserver.HttpServer;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tiercel.sensor.metrics.LoopbackHttpServer;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Tag;

/** Checks how the sensor's tests create HTTP servers. All tests share one JVM. */
@Tag("unit")
@AnalyzeClasses(packages = "io.tiercel.sensor", importOptions = ImportOption.OnlyIncludeTests.class)
class TestServersTest {
    @ArchTest
    static final ArchRule LIMITS_ARE_SET_BEFORE_THE_FIRST_SERVER = noClasses()
            .that()
            .doNotBelongToAnyOf(LoopbackHttpServer.class)
            .should()
            .callMethod(HttpServer.class, "create", InetSocketAddress.class, int.class)
            .because(
                    "the JDK reads the limits of HTTP servers once, and LoopbackHttpServer sets those of the product first");
}
