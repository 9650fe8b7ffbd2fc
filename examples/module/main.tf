module "workspace" {
  source = "./workspace"

  name   = "fraud-detection"
  owners = ["alice"]
}

output "workspace_id" {
  value = module.workspace.id
}
