using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Dream.ML.Orleans.Tests.Chaos;

/// <summary>Debian's Redis, on a port of its own, which loses nothing when it is killed.</summary>
sealed class RedisServer : IDisposable
{
    readonly string _folder;
    Process _process;

    internal RedisServer(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        try
        {
            _process = Run();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new AssertInconclusiveException("There is no redis-server. On Debian: apt-get install redis-server.");
        }
        Await();
    }

    internal int Port { get; } = FreePort();

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    internal void Restart()
    {
        _process = Run();
        Await();
    }

    public void Dispose() => Kill();

    Process Run() => Process.Start(new ProcessStartInfo("redis-server",
    [
        "--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
    ])
    {
        RedirectStandardOutput = true,
    })!;

    void Await() => Assert.IsTrue(SpinWait.SpinUntil(() =>
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }, TimeSpan.FromSeconds(10)), "Redis does not start.");
}
