System.Console.WriteLine(Dream.ML.Runtime.DreamRuntime.Describe());
