using System.Diagnostics;
using Dream.ML.Orleans.Tests.Chaos;
using Npgsql;

namespace Dream.ML.Orleans.Tests.Cluster;

/// <summary>Debian's PostgreSQL, on a port of its own, with the statements that Orleans' storage asks it for.</summary>
sealed class PostgreSqlServer : IDisposable
{
    // The least that will do; Orleans' own scripts create more tables and indices.
    const string Statements = """
        CREATE TABLE states (id text PRIMARY KEY, payload bytea, version integer NOT NULL);
        CREATE TABLE OrleansQuery (QueryKey varchar(64) PRIMARY KEY, QueryText varchar(8000) NOT NULL);
        INSERT INTO OrleansQuery VALUES
        ('WriteToStorageKey', '
            WITH added AS (
                INSERT INTO states SELECT concat_ws(''|'', @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, @GrainIdExtensionString), @PayloadBinary, 1
                WHERE @GrainStateVersion IS NULL ON CONFLICT DO NOTHING RETURNING version),
            changed AS (
                UPDATE states SET payload = @PayloadBinary, version = version + 1
                WHERE id = concat_ws(''|'', @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, @GrainIdExtensionString) AND version = @GrainStateVersion
                RETURNING version)
            SELECT coalesce((SELECT version FROM added), (SELECT version FROM changed), @GrainStateVersion) AS NewGrainStateVersion'),
        ('ReadFromStorageKey', '
            SELECT payload AS PayloadBinary, now() AT TIME ZONE ''utc'', version AS Version FROM states
            WHERE id = concat_ws(''|'', @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, @GrainIdExtensionString)'),
        ('ClearStorageKey', '
            UPDATE states SET payload = NULL, version = version + 1
            WHERE id = concat_ws(''|'', @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, @GrainIdExtensionString) AND version = @GrainStateVersion
            RETURNING version AS NewGrainStateVersion');
        """;

    readonly Process _process;

    internal PostgreSqlServer(string folder)
    {
        if (OperatingSystem.IsWindows())
            throw new AssertInconclusiveException("This looks for PostgreSQL where Debian keeps it.");
        var programs = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Order().LastOrDefault() : null;
        if (programs is null || !File.Exists($"{programs}/bin/initdb"))
            throw new AssertInconclusiveException("There is no PostgreSQL. On Debian: apt-get install postgresql.");
        // It does not run as root.
        const UnixFileMode Open = (UnixFileMode)0b111_111_111;
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, Open);
        File.SetUnixFileMode(Path.GetDirectoryName(folder)!, Open);
        using (var creation = Run($"{programs}/bin/initdb", "-D", $"{folder}/data", "-A", "trust", "-U", "orleans", "--no-sync"))
            creation.WaitForExit();
        _process = Run($"{programs}/bin/postgres", "-D", $"{folder}/data", "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off");
        Assert.IsTrue(SpinWait.SpinUntil(Answers, TimeSpan.FromSeconds(20)), "PostgreSQL does not start.");
    }

    internal string Connection => $"Host=127.0.0.1;Port={Port};Username=orleans;Database=postgres";

    int Port { get; } = RedisServer.FreePort();

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    static Process Run(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(
        Environment.IsPrivilegedProcess ? "setpriv" : program,
        Environment.IsPrivilegedProcess ? ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments] : arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    bool Answers()
    {
        try
        {
            using var connection = new NpgsqlConnection(Connection);
            connection.Open();
            using var command = new NpgsqlCommand(Statements, connection);
            command.ExecuteNonQuery();
            return true;
        }
        catch (NpgsqlException)
        {
            Thread.Sleep(100);
            return false;
        }
    }
}
