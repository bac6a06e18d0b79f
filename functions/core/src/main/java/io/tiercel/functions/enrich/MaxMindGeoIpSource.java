package io.tiercel.functions.enrich;

import com.maxmind.db.Reader.FileMode;
import com.maxmind.geoip2.DatabaseReader;
import com.maxmind.geoip2.exception.GeoIp2Exception;
import com.maxmind.geoip2.model.AsnResponse;
import com.maxmind.geoip2.model.CityResponse;
import com.maxmind.geoip2.model.CountryResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Locates addresses with databases in MaxMind's format of the types City, Country and ASN, such as GeoLite2, GeoIP2 and DB-IP.
 * The files are mapped into memory. Users provide them; none are part of Tiercel.
 */
public final class MaxMindGeoIpSource implements GeoIpSource, AutoCloseable {
    private final List<DatabaseReader> cities = new ArrayList<>();
    private final List<DatabaseReader> countries = new ArrayList<>();
    private final List<DatabaseReader> autonomousSystems = new ArrayList<>();

    private MaxMindGeoIpSource() {}

    /**
     * Opens database files.
     *
     * @throws IllegalArgumentException if a file cannot be read or has another type; the message names the file
     */
    public static MaxMindGeoIpSource open(List<Path> files) {
        MaxMindGeoIpSource source = new MaxMindGeoIpSource();
        for (Path file : files) {
            source.add(file);
        }
        return source;
    }

    private void add(Path file) {
        try {
            DatabaseReader reader = new DatabaseReader.Builder(file.toFile())
                    .fileMode(FileMode.MEMORY_MAPPED)
                    .build();
            String type = reader.metadata().databaseType();
            String lower = type.toLowerCase(Locale.ROOT);
            if (lower.contains("city") || lower.contains("enterprise")) {
                cities.add(reader);
            } else if (lower.contains("country")) {
                countries.add(reader);
            } else if (lower.contains("asn")) {
                autonomousSystems.add(reader);
            } else {
                reader.close();
                throw new IllegalArgumentException(
                        file + " is a database of type " + type + "; supported types are City, Country and ASN");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file + " as a MaxMind database: " + e.getMessage(), e);
        }
    }

    @Override
    public @Nullable Location locate(InetAddress address) {
        try {
            String country = null;
            String city = null;
            for (DatabaseReader reader : cities) {
                Optional<CityResponse> found = reader.tryCity(address);
                country = found.isPresent() && country == null
                        ? found.get().country().isoCode()
                        : country;
                city = found.isPresent() && city == null ? found.get().city().name() : city;
            }
            for (DatabaseReader reader : countries) {
                Optional<CountryResponse> found = reader.tryCountry(address);
                country = found.isPresent() && country == null
                        ? found.get().country().isoCode()
                        : country;
            }
            Long asn = null;
            String organization = null;
            for (DatabaseReader reader : autonomousSystems) {
                Optional<AsnResponse> found = reader.tryAsn(address);
                asn = found.isPresent() && asn == null ? found.get().autonomousSystemNumber() : asn;
                organization = found.isPresent() && organization == null
                        ? found.get().autonomousSystemOrganization()
                        : organization;
            }
            return country == null && city == null && asn == null && organization == null
                    ? null
                    : new Location(country, city, asn, organization);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read a MaxMind database: " + e.getMessage(), e);
        } catch (GeoIp2Exception e) {
            throw new IllegalStateException("invalid MaxMind database: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        for (List<DatabaseReader> readers : List.of(cities, countries, autonomousSystems)) {
            for (DatabaseReader reader : readers) {
                try {
                    reader.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
