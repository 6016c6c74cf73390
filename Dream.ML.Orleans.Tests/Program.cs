using Dream.ML.Orleans.Tests.Chaos;

// The tests need no entry point. Started with arguments, this is a silo that they kill and stop.
await SiloProgram.RunAsync(args);
